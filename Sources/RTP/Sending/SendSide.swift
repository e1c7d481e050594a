internal import Media

/// The sending half of a session except its reports: streams, their queues, the pacer, and the remote end's feedback.
struct SendSide {
  /// More senders than this are a programming error.
  static let streamLimit = 256
  /// Audio frames queued for a drain. Audio is not paced, so a longer queue means that `drain` is not called.
  private static let audioLimit = 100
  static let retransmissionLimit = 1024
  /// Approximate bytes of a retransmission beside its payload.
  static let retransmissionOverhead = 40

  let clock: NTPClock
  var streams: [SendStream?] = []
  var control: ReceiverSideControl
  var pacer: Pacer
  var budget = RetransmissionBudget()
  var audio = RingQueue<QueuedFrame>()
  var video = RingQueue<QueuedFrame>()
  var retransmissions = RingQueue<(stream: SendStream, sequence: Int64)>()
  /// The last bandwidth probe.
  var probe: PathProbe?
  /// Payload bytes in `video`.
  var videoBytes = 0
  var nextTransportSequence: UInt16
  var roundTrip: MediaTime?
  /// When a loss was last reported.
  var lastLoss: MediaTime?
  var events = RTPEventQueue()
  /// Ended streams, for the BYE of the next drain.
  var ended: [SSRC] = []
  var requestLimit = RequestLimit()
  private var generation: UInt32 = 0
  private var random: SeededGenerator

  init(_ configuration: RTPSessionConfiguration, random: SeededGenerator) {
    clock = configuration.ntpClock
    self.random = random
    control = ReceiverSideControl(
      start: configuration.startBitrate, minimum: configuration.minimumBitrate, maximum: configuration.maximumBitrate)
    pacer = Pacer(settings: configuration.pacing, bitrate: control.bitrate)
    nextTransportSequence = UInt16.random(in: 0..<0x8000, using: &self.random)
  }

  /// The stream that `id` names.
  func stream(_ id: RTPSenderID) -> SendStream? {
    guard id.index < streams.count, let stream = streams[id.index], stream.id == id else { return nil }
    return stream
  }

  /// The stream of an SSRC, and whether the SSRC is that of its retransmissions.
  func stream(of ssrc: SSRC) -> (stream: SendStream, isRTX: Bool)? {
    for case let stream? in streams {
      if stream.parameters.ssrc == ssrc { return (stream, false) }
      if stream.parameters.rtxSSRC == ssrc { return (stream, true) }
    }
    return nil
  }

  mutating func add(_ parameters: RTPSendParameters) -> RTPSenderID {
    generation &+= 1
    let index = streams.firstIndex { $0 == nil } ?? streams.count
    precondition(index < Self.streamLimit, "too many senders")
    let id = RTPSenderID(index: index, generation: generation)
    let stream = SendStream(id: id, parameters: parameters, random: &random)
    if index == streams.count { streams.append(stream) } else { streams[index] = stream }
    return id
  }

  mutating func update(_ id: RTPSenderID, _ parameters: RTPSendParameters) {
    guard let stream = stream(id) else { return }
    if stream.parameters.ssrc != parameters.ssrc {
      discard(stream)
      ended.append(stream.parameters.ssrc)
    }
    stream.update(parameters)
  }

  mutating func remove(_ id: RTPSenderID) {
    guard let stream = stream(id) else { return }
    discard(stream)
    if probe?.stream === stream { probe = nil }
    ended.append(stream.parameters.ssrc)
    if let rtx = stream.parameters.rtxSSRC { ended.append(rtx) }
    streams[id.index] = nil
  }

  /// Drops a stream's queued packets and its history.
  mutating func discard(_ stream: SendStream) {
    removeQueued { $0.stream !== stream }
    audio.filter { $0.stream !== stream }
    retransmissions.filter { $0.stream !== stream }
    stream.history.removeAll()
    stream.awaitsKeyFrame = stream.parameters.kind == .video
  }

  /// Drops the video frames for which `isKept` returns false.
  mutating func removeQueued(except isKept: (QueuedFrame) -> Bool) {
    var bytes = 0
    video.filter {
      guard isKept($0) else {
        $0.stream.counters.framesDropped += 1
        return false
      }
      bytes += $0.bytesLeft
      return true
    }
    videoBytes = bytes
  }

  mutating func send(_ frame: PacketizedFrame, sender: RTPSenderID, now: MediaTime) {
    guard let stream = stream(sender), frame.kind == stream.parameters.kind else { return }
    if stream.awaitsKeyFrame {
      guard frame.isKeyFrame else {
        stream.counters.framesDropped += 1
        return requestKeyFrame(stream, now: now)
      }
    }
    if frame.kind == .audio {
      if audio.count == Self.audioLimit, let oldest = audio.removeFirst() {
        oldest.stream.counters.framesDropped += 1
      }
      audio.append(queued(frame, stream, now: now))
      return
    }
    if pacer.duration(of: videoBytes + frame.payloadByteCount) > pacer.settings.queueLimit {
      guard makeRoom(for: frame, of: stream) else {
        stream.counters.framesDropped += 1
        stream.awaitsKeyFrame = true
        return requestKeyFrame(stream, now: now)
      }
    }
    if frame.isKeyFrame { stream.throttle.keyFrameQueued(now: now) }
    stream.awaitsKeyFrame = false
    video.append(queued(frame, stream, now: now))
    videoBytes += frame.payloadByteCount
  }

  private func queued(_ frame: PacketizedFrame, _ stream: SendStream, now: MediaTime) -> QueuedFrame {
    QueuedFrame(
      stream: stream, frame: frame,
      timestamp: stream.timestampOffset &+ UInt32(truncatingIfNeeded: frame.ticks), queued: now)
  }

  /// Called when the queue exceeds its limit: drops the frames before the newest key frame, and all others if that is
  /// not enough. That key frame itself does not count, as one larger than the limit would never be sent.
  /// - Returns: whether the frame may be queued.
  private mutating func makeRoom(for frame: PacketizedFrame, of stream: SendStream) -> Bool {
    var recovery: PacketizedFrame?
    if !frame.isKeyFrame {
      for i in 0..<video.count where video[i].stream === stream && video[i].frame.isKeyFrame {
        recovery = video[i].frame
      }
    }
    var isBehind = recovery == nil && !frame.isKeyFrame
    var exempt = 0
    removeQueued { queued in
      guard queued.stream === stream else { return true }
      if queued.frame === recovery {
        isBehind = true
        exempt = queued.bytesLeft
      }
      return queued.sentPackets > 0 || isBehind
    }
    if frame.isKeyFrame { return true }
    if pacer.duration(of: videoBytes - exempt + frame.payloadByteCount) <= pacer.settings.queueLimit { return true }
    removeQueued { $0.stream !== stream || $0.sentPackets > 0 || $0.frame === recovery }
    return false
  }
}
