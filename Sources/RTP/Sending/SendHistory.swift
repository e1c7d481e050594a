internal import Media

/// What was sent lately and may be asked for again: references to shared frames, one record per frame, and four bytes per
/// packet.
struct SendHistory {
  /// A frame, and how this stream has sent it.
  struct Frame {
    var frame: PacketizedFrame
    /// Without wrap-around, of its first packet.
    var firstSequence: Int64
    var name: FrameName
    var sentPackets: Int
    var lastSent: MediaTime
  }

  /// At most this many packets are kept.
  static let packetLimit = 9600
  /// At least this long.
  static let minimumAge = MediaTime.seconds(1)
  /// On a still screen the loss of the last packet shows with the next one, however late that is: so many stay.
  private static let keptPackets = 64
  /// A packet is not sent again within a round trip, nor within this.
  private static let minimumInterval = MediaTime.milliseconds(10)
  private static let wasRefused: UInt32 = 1

  private var frames = RingQueue<Frame>()
  private(set) var packetCount = 0
  /// When each packet was last sent again, in milliseconds; 0 for never asked for, `wasRefused` for asked for in vain. Indexed
  /// by the low bits of the sequence.
  private var resent = ContiguousArray<UInt32>(repeating: 0, count: 256)

  /// Takes in a frame whose packets follow.
  mutating func begin(
    _ frame: PacketizedFrame, firstSequence: Int64, name: FrameName, roundTrip: MediaTime?, now: MediaTime
  ) {
    prune(roundTrip: roundTrip, now: now)
    frames.append(
      Frame(
        frame: frame, firstSequence: firstSequence, name: name, sentPackets: 0, lastSent: now))
  }

  /// The next packet of the last frame was sent.
  mutating func sent(sequence: Int64, now: MediaTime) {
    guard frames.count > 0 else { return }
    frames[frames.count - 1].sentPackets += 1
    frames[frames.count - 1].lastSent = now
    packetCount += 1
    if packetCount > resent.count { growResent() }
    resent[Int(truncatingIfNeeded: sequence) & (resent.count - 1)] = 0
  }

  /// Forgets what is too old or too much.
  mutating func prune(roundTrip: MediaTime?, now: MediaTime) {
    let age = max(Self.minimumAge, MediaTime(nanoseconds: 3 * (roundTrip?.nanoseconds ?? 0)))
    while let first = frames.first {
      let isOld = first.lastSent < now - age && packetCount - first.sentPackets >= Self.keptPackets
      guard isOld || packetCount > Self.packetLimit else { return }
      packetCount -= first.sentPackets
      frames.removeFirst()
    }
  }

  mutating func removeAll() {
    frames.removeAll()
    packetCount = 0
  }

  /// Whether a packet is neither older than all nor newer.
  func mayHold(_ sequence: Int64) -> Bool {
    guard let first = frames.first else { return false }
    return sequence >= first.firstSequence && sequence < first.firstSequence + Int64(packetCount)
  }

  /// The frame that a packet belongs to, and which of its packets it is.
  func find(_ sequence: Int64) -> (frame: Frame, packet: Int)? {
    var low = 0
    var high = frames.count
    while low < high {
      let middle = (low + high) / 2
      if frames[middle].firstSequence <= sequence { low = middle + 1 } else { high = middle }
    }
    guard low > 0 else { return nil }
    let frame = frames[low - 1]
    let packet = sequence - frame.firstSequence
    return packet < frame.sentPackets ? (frame, Int(packet)) : nil
  }

  /// Whether a packet may be sent again now, which then counts as done.
  mutating func mayResend(_ sequence: Int64, roundTrip: MediaTime, now: MediaTime) -> Bool {
    let index = Int(truncatingIfNeeded: sequence) & (resent.count - 1)
    let time = Self.milliseconds(now)
    let interval = Self.milliseconds(max(roundTrip, Self.minimumInterval))
    guard resent[index] <= Self.wasRefused || time &- resent[index] >= interval else { return false }
    resent[index] = time
    return true
  }

  /// Whether a packet has been asked for before.
  func hasBeenAskedFor(_ sequence: Int64) -> Bool {
    resent[Int(truncatingIfNeeded: sequence) & (resent.count - 1)] != 0
  }

  /// A packet was asked for that cannot be sent again now.
  mutating func refused(_ sequence: Int64) {
    let index = Int(truncatingIfNeeded: sequence) & (resent.count - 1)
    if resent[index] == 0 { resent[index] = Self.wasRefused }
  }

  /// Never what stands for no time.
  private static func milliseconds(_ time: MediaTime) -> UInt32 {
    max(wasRefused + 1, UInt32(truncatingIfNeeded: time.nanoseconds / 1_000_000))
  }

  private mutating func growResent() {
    var larger = ContiguousArray<UInt32>(repeating: 0, count: resent.count * 2)
    if let first = frames.first {
      for sequence in first.firstSequence..<first.firstSequence + Int64(packetCount) {
        larger[Int(truncatingIfNeeded: sequence) & (larger.count - 1)] =
          resent[Int(truncatingIfNeeded: sequence) & (resent.count - 1)]
      }
    }
    resent = larger
  }
}
