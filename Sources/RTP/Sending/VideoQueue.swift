internal import Media

/// A frame that is queued or partly sent.
struct QueuedFrame {
  let stream: SendStream
  let frame: PacketizedFrame
  /// Its picture ID is valid once its first packet was sent.
  private var name: FrameName
  private let queued: MediaTime
  /// Packets sent so far.
  private(set) var sentPackets = 0

  init(_ frame: PacketizedFrame, of stream: SendStream, now: MediaTime) {
    self.stream = stream
    self.frame = frame
    name = FrameName(timestamp: stream.numbers.timestamp(at: frame.ticks), pictureID: 0)
    queued = now
  }

  /// Whether all its packets were sent.
  var isSent: Bool { sentPackets == frame.packetCount }

  /// Payload bytes not sent yet.
  var bytesLeft: Int { Int(frame.bounds[frame.packetCount] - frame.bounds[sentPackets]) }

  /// Sends the frame's next packet.
  /// - Precondition: packets remain, and the batch is not full.
  /// - Returns: the packet's size.
  mutating func sendNext(in context: inout DrainContext, into batch: RTPPacketBatch) -> Int {
    if sentPackets == 0 { name.pictureID = stream.begin(frame, timestamp: name.timestamp, in: context) }
    let size = stream.send(sentPackets, of: frame, named: name, queued: queued, in: &context, into: batch)
    sentPackets += 1
    return size
  }
}

/// The video frames of all streams that wait for the pacer, oldest first.
struct VideoQueue {
  private var frames = RingQueue<QueuedFrame>()
  /// Payload bytes not sent yet.
  private(set) var bytes = 0

  var isEmpty: Bool { frames.isEmpty }

  mutating func append(_ queued: QueuedFrame) {
    frames.append(queued)
    bytes += queued.bytesLeft
  }

  /// Sends the next packet.
  /// - Precondition: the queue is not empty, and the batch is not full.
  /// - Returns: the packet's size.
  mutating func sendNext(in context: inout DrainContext, into batch: RTPPacketBatch) -> Int {
    let waiting = frames[0].bytesLeft
    let size = frames[0].sendNext(in: &context, into: batch)
    bytes -= waiting - frames[0].bytesLeft
    if frames[0].isSent { frames.removeFirst() }
    return size
  }

  /// Drops a stream's frames.
  mutating func remove(_ stream: SendStream) { remove { $0.stream !== stream } }

  /// Drops the frames for which `isKept` returns false.
  private mutating func remove(except isKept: (QueuedFrame) -> Bool) {
    var left = 0
    frames.filter {
      guard isKept($0) else {
        $0.stream.dropped()
        return false
      }
      left += $0.bytesLeft
      return true
    }
    bytes = left
  }

  /// Makes room for a frame. If it would exceed the pacer's limit, drops the stream's frames before the newest key
  /// frame, and all its others if that is not enough. That key frame itself does not count, as one larger than the
  /// limit would never be sent.
  /// - Returns: whether the frame may be queued.
  mutating func makeRoom(for frame: PacketizedFrame, of stream: SendStream, pacer: Pacer) -> Bool {
    if pacer.mayQueue(bytes + frame.payloadByteCount) { return true }
    var recovery: PacketizedFrame?
    if !frame.isKeyFrame {
      for i in 0..<frames.count where frames[i].stream === stream && frames[i].frame.isKeyFrame {
        recovery = frames[i].frame
      }
    }
    var isBehind = recovery == nil && !frame.isKeyFrame
    var exempt = 0
    remove { queued in
      guard queued.stream === stream else { return true }
      if queued.frame === recovery {
        isBehind = true
        exempt = queued.bytesLeft
      }
      return queued.sentPackets > 0 || isBehind
    }
    if frame.isKeyFrame || pacer.mayQueue(bytes - exempt + frame.payloadByteCount) { return true }
    remove { $0.stream !== stream || $0.sentPackets > 0 || $0.frame === recovery }
    return false
  }
}
