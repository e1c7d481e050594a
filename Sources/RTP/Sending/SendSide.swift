internal import Media

/// The sending half of a session: its streams, their queues, the pacer, and the remote end's feedback. Any feedback may
/// arrive, so the work for each packet of it is bounded.
struct SendSide {
  /// More senders than this are a programming error.
  private static let streamLimit = 256
  /// Audio frames queued for a drain. Audio is not paced, so a longer queue means that `drain` is not called.
  private static let audioLimit = 100
  /// Used until the first round trip is measured.
  private static let initialRoundTrip = MediaTime.milliseconds(100)

  private let clock: NTPClock
  private var streams: [SendStream?] = []
  private var control: ReceiverSideControl
  private var pacer: Pacer
  private var audio = RingQueue<QueuedFrame>()
  private var video = VideoQueue()
  private var retransmissions = RetransmissionQueue(initialRoundTrip: Self.initialRoundTrip)
  /// The last bandwidth probe.
  private var probe: PathProbe?
  private var nextTransportSequence: UInt16
  /// Smoothed; nil before the first measurement.
  private(set) var roundTrip: MediaTime?
  /// When a loss was last reported.
  private var lastLoss: MediaTime?
  private var events = RTPEventQueue()
  /// Ended streams, for the BYE of the next drain.
  private var ended: [SSRC] = []
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

  // MARK: Streams

  /// The stream that `id` names.
  func stream(_ id: RTPSenderID) -> SendStream? {
    guard id.index < streams.count, let stream = streams[id.index], stream.id == id else { return nil }
    return stream
  }

  /// The stream of an SSRC, and whether the SSRC is that of its retransmissions.
  private func stream(of ssrc: SSRC) -> (stream: SendStream, isRTX: Bool)? {
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
  mutating func discard(_ id: RTPSenderID) {
    if let stream = stream(id) { discard(stream) }
  }

  private mutating func discard(_ stream: SendStream) {
    video.remove(stream)
    audio.filter { $0.stream !== stream }
    retransmissions.remove(stream)
    stream.restart()
  }

  /// Starts a bandwidth probe with a stream.
  mutating func startProbe(_ id: RTPSenderID) {
    probe = stream(id).map { PathProbe($0, bitrate: control.bitrate) }
  }

  /// The result of the last probe, if it was with this stream.
  func probeOutcome(_ id: RTPSenderID) -> RTPProbeOutcome? {
    probe.flatMap { $0.stream.id == id ? $0.outcome : nil }
  }

  // MARK: Packets

  /// Queues a frame.
  mutating func send(_ frame: PacketizedFrame, sender: RTPSenderID, now: MediaTime) {
    guard let stream = stream(sender), frame.kind == stream.parameters.kind else { return }
    guard !stream.awaitsKeyFrame || frame.isKeyFrame else {
      stream.dropped()
      return requestKeyFrame(stream, now: now)
    }
    if frame.kind == .audio {
      if audio.count == Self.audioLimit, let oldest = audio.removeFirst() { oldest.stream.dropped() }
      audio.append(QueuedFrame(frame, of: stream, now: now))
      return
    }
    guard video.makeRoom(for: frame, of: stream, pacer: pacer) else {
      stream.refused()
      return requestKeyFrame(stream, now: now)
    }
    stream.queued(frame, now: now)
    video.append(QueuedFrame(frame, of: stream, now: now))
  }

  /// Writes the packets that may be sent now: audio at once, then retransmissions, video and bandwidth probes at the
  /// pacer's pace. Audio counts towards the pace.
  /// - Returns: whether the batch was too small.
  mutating func drain(now: MediaTime, into batch: RTPPacketBatch) -> Bool {
    guard !(audio.isEmpty && video.isEmpty && retransmissions.isEmpty && probe?.isSending != true) else { return false }
    let packets = batch.count
    var context = DrainContext(
      now: now, clock: clock, roundTrip: roundTrip, redundancyLimit: redundancyLimit(now: now),
      nextTransportSequence: nextTransportSequence)
    let isFull = drain(in: &context, into: batch)
    nextTransportSequence = context.nextTransportSequence
    if batch.count > packets { control.sent(now: now) }
    return isFull
  }

  /// Redundancy is on for 30 s after a loss, and takes at most a third of the available bitrate. Audio packets are 20
  /// ms long.
  private func redundancyLimit(now: MediaTime) -> Int {
    guard let lastLoss, now < lastLoss + .seconds(30) else { return 0 }
    return control.bitrate / 3 / 8 / 50
  }

  private mutating func drain(in context: inout DrainContext, into batch: RTPPacketBatch) -> Bool {
    while audio.count > 0 {
      guard !batch.isFull else { return true }
      let size = audio[0].sendNext(in: &context, into: batch)
      if audio[0].isSent { audio.removeFirst() }
      pacer.sent(size, now: context.now)
    }
    while !retransmissions.isEmpty, pacer.maySend(now: context.now) {
      guard !batch.isFull else { return true }
      pacer.sent(retransmissions.sendNext(in: &context, into: batch), now: context.now)
    }
    while !video.isEmpty, pacer.maySend(now: context.now) {
      guard !batch.isFull else { return true }
      pacer.sent(video.sendNext(in: &context, into: batch), now: context.now)
    }
    while let stream = probe?.stream, probe?.isSending == true, pacer.maySend(now: context.now) {
      guard !batch.isFull else { return true }
      pacer.sent(stream.sendPadding(PathProbe.padding, in: &context, into: batch), now: context.now)
      probe?.sent(now: context.now)
    }
    return false
  }

  /// When to drain next, unless something else happens before.
  var wake: MediaTime {
    guard audio.isEmpty, ended.isEmpty else { return .zero }
    var wake = MediaTime.distantFuture
    if !video.isEmpty || !retransmissions.isEmpty || probe?.isSending == true { wake = pacer.wake }
    if let deadline = probe?.deadline { wake = min(wake, deadline) }
    for case let stream? in streams {
      if let time = stream.wake { wake = min(wake, time) }
    }
    return wake
  }

  // MARK: Bitrate

  /// The available bitrate, in bits per second.
  var bitrate: Int { control.bitrate }

  /// The measured round trip, or an assumed one.
  var assumedRoundTrip: MediaTime { roundTrip ?? Self.initialRoundTrip }

  mutating func setBitrateBounds(minimum: Int, maximum: Int) {
    change { $0.setBounds(minimum: minimum, maximum: maximum) }
  }

  /// Updates the congestion control, and reports a changed bitrate.
  private mutating func change(_ change: (inout ReceiverSideControl) -> Void) {
    let before = control.bitrate
    change(&control)
    guard control.bitrate != before else { return }
    pacer.setBitrate(control.bitrate)
    events.append(.bitrateChanged(control.bitrate))
  }

  // MARK: Feedback

  mutating func received(_ nack: RTCPNack, now: MediaTime) {
    guard let (stream, isRTX) = stream(of: nack.media), !isRTX else { return }
    stream.received(
      nack, retransmissions: &retransmissions, bitrate: control.bitrate, roundTrip: roundTrip, now: now)
  }

  mutating func received(_ loss: RTCPPictureLoss, now: MediaTime) {
    guard let (stream, isRTX) = stream(of: loss.media), !isRTX, stream.receivedPictureLoss() else { return }
    requestKeyFrame(stream, now: now)
  }

  mutating func received(_ request: RTCPFullIntraRequest, now: MediaTime) {
    for entry in request.entries {
      guard let (stream, isRTX) = stream(of: entry.ssrc), !isRTX, stream.received(entry, from: request.sender) else {
        continue
      }
      requestKeyFrame(stream, now: now)
    }
  }

  mutating func received(_ bitrate: RTCPMaximumBitrate, now: MediaTime) {
    guard bitrate.ssrcs.contains(where: { stream(of: $0) != nil }) else { return }
    pacer.feedbackReceived()
    change { $0.received(maximumBitrate: bitrate.bitrate, now: now) }
  }

  mutating func received(_ feedback: RTCPTransportFeedback, now: MediaTime) {
    pacer.feedbackReceived()
    if feedback.arrivals.contains(nil) { lastLoss = now }
  }

  /// Processes the report blocks of one packet.
  mutating func received(_ blocks: [RTCPReportBlock], sentReports: SentReports, now: MediaTime) {
    var lost = 0
    var expected = 0
    var longest: MediaTime?
    for block in blocks {
      guard let (stream, isRTX) = stream(of: block.ssrc) else { continue }
      if isRTX {
        received(block, retransmissionsOf: stream, now: now)
        continue
      }
      guard let report = stream.received(block) else { continue }
      pacer.feedbackReceived()
      lost += report.lost
      expected += report.expected
      if let measured = sentReports.roundTrip(block, now: now) {
        stream.received(roundTrip: measured)
        longest = max(longest ?? measured, measured)
        roundTrip =
          roundTrip.map { MediaTime(nanoseconds: (7 * $0.nanoseconds + measured.nanoseconds) / 8) } ?? measured
      }
    }
    if let longest { change { $0.received(roundTrip: longest, now: now) } }
    guard expected > 0 else { return }
    if lost > 0 { lastLoss = now }
    let roundTrip = roundTrip
    change { $0.received(lost: lost, of: expected, roundTrip: roundTrip, now: now) }
  }

  private mutating func received(_ block: RTCPReportBlock, retransmissionsOf stream: SendStream, now: MediaTime) {
    stream.receivedRTX(block)
    guard probe?.stream === stream else { return }
    // The last measured round trip, not the smoothed one: that still contains the queueing from before video stopped.
    probe?.received(block, roundTrip: stream.counters.roundTripTime ?? Self.initialRoundTrip, now: now)
  }

  /// Passes on at most one request per window.
  private mutating func requestKeyFrame(_ stream: SendStream, now: MediaTime) {
    if stream.requestKeyFrame(now: now) { events.append(.keyFrameRequested(stream.id)) }
  }

  /// Passes on pending requests whose window has ended, and times out the bandwidth probe.
  mutating func timeout(now: MediaTime) {
    probe?.timeout(now: now)
    for case let stream? in streams where stream.timeout(now: now) {
      events.append(.keyFrameRequested(stream.id))
    }
  }

  mutating func nextEvent() -> RTPSessionEvent? { events.next() }

  // MARK: Reports

  /// The first stream that has sent something.
  var firstActive: SSRC? { streams.lazy.compactMap { $0 }.first(where: \.hasSent)?.parameters.ssrc }

  var hasSentSound: Bool {
    streams.lazy.compactMap { $0 }.contains { $0.parameters.kind == .audio && $0.hasSent }
  }

  /// Sender reports of all streams; their timestamps relate to one capture clock.
  func senderReports(now: MediaTime) -> [RTCPSenderReport] {
    streams.compactMap { $0?.senderReport(clock: clock, now: now) }
  }

  /// Removes and returns the SSRCs that have ended.
  mutating func takeEnded() -> [SSRC] {
    defer { ended = [] }
    return ended
  }
}
