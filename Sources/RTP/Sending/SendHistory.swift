internal import Media

/// Recently sent frames, for retransmission: references to shared frames, one record per frame, and four bytes per
/// packet.
struct SendHistory {
  /// A frame, and how this stream sent it.
  struct Frame {
    var frame: PacketizedFrame
    /// The sequence number of its first packet, without wrap-around.
    var firstSequence: Int64
    var name: FrameName
    var sentPackets: Int
    var lastSent: MediaTime
  }

  /// The most packets kept.
  static let packetLimit = 9600
  /// The shortest time packets are kept.
  private static let minimumAge = MediaTime.seconds(1)
  /// The fewest packets kept whatever their age: on a still screen the loss of the last packet shows only with the next
  /// one, which may be much later.
  private static let keptPackets = 64
  /// A packet is retransmitted at most once per round trip, and at most once per this interval.
  private static let minimumInterval = MediaTime.milliseconds(10)
  private static let wasRefused: UInt32 = 1

  private var frames = RingQueue<Frame>()
  private(set) var packetCount = 0
  /// When each packet was last retransmitted, in milliseconds; 0 for never requested, `wasRefused` for requested but
  /// refused. Indexed by the low bits of the sequence number.
  private var resent = ContiguousArray<UInt32>(repeating: 0, count: 256)

  /// Adds a frame whose packets are about to be sent.
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

  /// Removes frames that are too old, or beyond the packet limit.
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

  /// Whether the sequence number lies within the history.
  func mayHold(_ sequence: Int64) -> Bool {
    guard let first = frames.first else { return false }
    return sequence >= first.firstSequence && sequence < first.firstSequence + Int64(packetCount)
  }

  /// The frame of a packet, and the packet's index within it.
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

  /// Whether a packet may be retransmitted now; if so, it counts as retransmitted.
  mutating func mayResend(_ sequence: Int64, roundTrip: MediaTime, now: MediaTime) -> Bool {
    let index = Int(truncatingIfNeeded: sequence) & (resent.count - 1)
    let time = Self.milliseconds(now)
    let interval = Self.milliseconds(max(roundTrip, Self.minimumInterval))
    guard resent[index] <= Self.wasRefused || time &- resent[index] >= interval else { return false }
    resent[index] = time
    return true
  }

  /// Whether a packet has been requested before.
  func hasBeenRequested(_ sequence: Int64) -> Bool {
    resent[Int(truncatingIfNeeded: sequence) & (resent.count - 1)] != 0
  }

  /// A packet was requested that cannot be retransmitted now.
  mutating func refused(_ sequence: Int64) {
    let index = Int(truncatingIfNeeded: sequence) & (resent.count - 1)
    if resent[index] == 0 { resent[index] = Self.wasRefused }
  }

  /// Never one of the reserved values 0 and `wasRefused`.
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
