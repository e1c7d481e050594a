internal import Media

/// One packet's part of a frame, buffered until the frame is complete.
struct ReceivedPacket {
  /// Without wrap-around.
  var sequence: Int64
  var timestamp: RTPTimestamp
  var payloadType: PayloadType
  var beginsFrame: Bool
  var endsFrame: Bool
  var isKeyFrame: Bool
  var captureTime: NTPTime?
  var arrival: MediaTime
  var data: [UInt8]
}

/// Reorders packets and assembles frames.
///
/// A gap blocks the frames behind it until the missing packets arrive or the gap is skipped. After a skip, frames are
/// dropped up to the next key frame because they could not be decoded.
struct FrameBuffer {
  /// The most packets buffered at once, gaps included: a power of two, and more than the largest key frame takes.
  static let capacity = 2048

  /// A frame's packets, in order.
  struct Frame {
    var packets: [ReceivedPacket]
  }

  private var slots: ContiguousArray<ReceivedPacket?>
  /// Where the frame being assembled begins, or the next one will.
  private(set) var start: Int64?
  /// The first packet not yet processed: it is missing, or follows the highest one.
  private(set) var scan: Int64 = 0
  /// The highest packet received.
  private(set) var highest: Int64 = 0
  /// The first packet of the newest key frame whose first packet was received.
  private var newestKeyFrame: Int64?
  private var lastDropped: RTPTimestamp?
  /// Whether frames are dropped until a key frame.
  private(set) var awaitsKeyFrame: Bool
  /// Whether the frames depend on each other.
  private let isVideo: Bool
  /// Frames dropped since the start.
  private(set) var framesDropped: UInt64 = 0

  init(kind: RTPMediaKind) {
    isVideo = kind == .video
    awaitsKeyFrame = isVideo
    slots = ContiguousArray(repeating: nil, count: Self.capacity)
  }

  /// Whether packets are missing before some that were received.
  var hasGap: Bool { start != nil && scan <= highest }

  /// The result of inserting a packet.
  enum Insertion {
    case inserted
    /// A duplicate, or part of a frame already taken or dropped.
    case duplicateOrLate
    /// Too far ahead: the packets in between exceed the capacity.
    case tooFar
  }

  /// - Precondition: `restart` was called.
  mutating func insert(_ packet: ReceivedPacket) -> Insertion {
    guard let start, packet.sequence - start < Int64(Self.capacity) else { return .tooFar }
    guard packet.sequence >= scan, slots[index(packet.sequence)] == nil else { return .duplicateOrLate }
    slots[index(packet.sequence)] = packet
    highest = max(highest, packet.sequence)
    if packet.beginsFrame, packet.isKeyFrame { newestKeyFrame = max(newestKeyFrame ?? 0, packet.sequence) }
    return .inserted
  }

  /// Whether part of a key frame has arrived that would end the wait for one.
  var hasKeyFrame: Bool {
    guard let start, let newestKeyFrame else { return false }
    return newestKeyFrame >= start
  }

  /// Removes and returns the next complete frame that is decodable, given that all returned before it were decoded.
  mutating func next() -> Frame? {
    guard let start else { return nil }
    if awaitsKeyFrame, hasGap, let newestKeyFrame, newestKeyFrame > scan, slots[index(start)]?.isKeyFrame != true {
      // Packets that fill this gap are duplicateOrLate: a later key frame has begun to arrive.
      skipGap()
    }
    return assemble()
  }

  private mutating func assemble() -> Frame? {
    guard var begin = start else { return nil }
    while scan <= highest, let packet = slots[index(scan)] {
      if scan > begin, packet.beginsFrame || packet.timestamp != slots[index(begin)]?.timestamp {
        // The frame before this one has no end, so assembly starts again here.
        drop(begin..<scan)
        begin = scan
      }
      start = begin
      if scan == begin, !packet.beginsFrame {
        drop(scan..<scan + 1)
        scan += 1
        begin = scan
        start = begin
        continue
      }
      scan += 1
      if packet.endsFrame {
        let isDecodable = !awaitsKeyFrame || slots[index(begin)]?.isKeyFrame == true
        let frame = isDecodable ? take(begin..<scan) : nil
        if frame == nil { drop(begin..<scan) }
        begin = scan
        start = begin
        if let frame {
          awaitsKeyFrame = false
          return frame
        }
      }
    }
    return nil
  }

  /// Skips the gap at `scan` and resumes with the first frame that is decodable without it: for video, the next key
  /// frame that has begun to arrive.
  mutating func skipGap() {
    guard let begin = start, hasGap else { return }
    var position = scan
    while position <= highest {
      if let packet = slots[index(position)], packet.beginsFrame, packet.isKeyFrame { break }
      position += 1
    }
    drop(begin..<position)
    start = position
    scan = position
  }

  /// Clears the buffer and starts at `sequence`.
  mutating func restart(at sequence: Int64) {
    if let start, start <= highest { drop(start..<highest + 1) }
    awaitsKeyFrame = isVideo
    newestKeyFrame = nil
    start = sequence
    scan = sequence
    highest = sequence - 1
  }

  private func index(_ sequence: Int64) -> Int { Int(truncatingIfNeeded: sequence) & (Self.capacity - 1) }

  private mutating func take(_ range: Range<Int64>) -> Frame {
    var packets: [ReceivedPacket] = []
    packets.reserveCapacity(range.count)
    for sequence in range {
      if let packet = slots[index(sequence)] { packets.append(packet) }
      slots[index(sequence)] = nil
    }
    return Frame(packets: packets)
  }

  /// Discards the packets of `range` and counts their frames as dropped.
  private mutating func drop(_ range: Range<Int64>) {
    for sequence in range {
      if let packet = slots[index(sequence)], packet.timestamp != lastDropped {
        lastDropped = packet.timestamp
        framesDropped += 1
      }
      slots[index(sequence)] = nil
    }
    if isVideo, !range.isEmpty { awaitsKeyFrame = true }
  }
}
