internal import Media

/// Puts packets into their order, and frames together.
///
/// A gap holds everything back until its packets come or it is given up; then the frames up to the next key frame, which
/// could not be decoded, are left out.
struct FrameBuffer {
  /// Packets that may be in it at once, gaps included: a power of two, and more than the largest key frame takes.
  static let capacity = 2048

  /// A frame's packets, in order.
  struct Frame {
    var packets: [ReceivedPacket]
  }

  private var slots: ContiguousArray<ReceivedPacket?>
  /// Where the frame that is being put together begins, or the next one will.
  private(set) var start: Int64?
  /// The first packet that was not looked at: it is missing, or behind the highest.
  private(set) var scan: Int64 = 0
  /// The highest that has come.
  private(set) var highest: Int64 = 0
  /// Where the last key frame begins whose first packet has come.
  private var newestKeyFrame: Int64?
  private var lastDropped: RTPTimestamp?
  /// Whether frames are left out up to a key frame.
  private(set) var awaitsKeyFrame: Bool
  /// Whether the frames depend on each other.
  private let isVideo: Bool
  /// Frames left out since the start.
  private(set) var framesDropped: UInt64 = 0

  init(kind: RTPMediaKind) {
    isVideo = kind == .video
    awaitsKeyFrame = isVideo
    slots = ContiguousArray(repeating: nil, count: Self.capacity)
  }

  /// Whether packets are missing before some that have come.
  var hasGap: Bool { start != nil && scan <= highest }

  /// What became of a packet.
  enum Insertion {
    case inserted
    /// It is there already, or its frame was taken or given up.
    case useless
    /// It is so far ahead that the buffer cannot hold what is between.
    case tooFar
  }

  /// - Precondition: `restart` was called.
  mutating func insert(_ packet: ReceivedPacket) -> Insertion {
    guard let start, packet.sequence - start < Int64(Self.capacity) else { return .tooFar }
    guard packet.sequence >= scan, slots[index(packet.sequence)] == nil else { return .useless }
    slots[index(packet.sequence)] = packet
    highest = max(highest, packet.sequence)
    if packet.beginsFrame, packet.isKeyFrame { newestKeyFrame = max(newestKeyFrame ?? 0, packet.sequence) }
    return .inserted
  }

  /// Whether a key frame has begun to come that would end the wait for one.
  var hasKeyFrame: Bool {
    guard let start, let newestKeyFrame else { return false }
    return newestKeyFrame >= start
  }

  /// Takes the next frame whose packets are all there, and that can be decoded when all taken before it were.
  mutating func next() -> Frame? {
    guard let start else { return nil }
    if awaitsKeyFrame, hasGap, let newestKeyFrame, newestKeyFrame > scan, slots[index(start)]?.isKeyFrame != true {
      // Nothing that the gap could bring is of use.
      skipGap()
    }
    return assemble()
  }

  private mutating func assemble() -> Frame? {
    guard var begin = start else { return nil }
    while scan <= highest, let packet = slots[index(scan)] {
      if scan > begin, packet.beginsFrame || packet.timestamp != slots[index(begin)]?.timestamp {
        // The end of the frame before it never was, so this one begins anew.
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

  /// Gives up the gap at `scan`, and goes on at what can be decoded without it: with pictures at the next key frame that
  /// has begun to come.
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

  /// Forgets everything, and begins at `sequence`.
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

  /// Leaves out what depends on no more than `range` holds.
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
