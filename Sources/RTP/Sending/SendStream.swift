internal import Media

/// The running numbers of a sent stream, which start at random values.
struct StreamNumbers {
  /// The sequence number of the next packet, without wrap-around.
  var nextSequence: Int64
  /// The sequence number of the first packet.
  var firstSequence: Int64
  var nextRTXSequence: UInt16
  let timestampOffset: UInt32
  /// The VP8 picture ID of the next frame.
  var pictureID: UInt16
  /// Packets and payload bytes for sender reports: without retransmissions.
  var reportPackets: UInt32 = 0
  var reportOctets: UInt32 = 0

  init(random: inout SeededGenerator) {
    // In the lower half, so that the loss of the first packet is not mistaken for a wrap-around. Source: RFC 3711
    // §3.3.1.
    nextSequence = Int64(UInt16.random(in: 1..<0x8000, using: &random))
    firstSequence = nextSequence
    nextRTXSequence = UInt16.random(in: 1..<0x8000, using: &random)
    timestampOffset = UInt32.random(in: 0...UInt32.max, using: &random)
    pictureID = UInt16.random(in: 0..<0x8000, using: &random)
  }

  /// The RTP timestamp of a time in units of the clock rate.
  func timestamp(at ticks: Int64) -> UInt32 { timestampOffset &+ UInt32(truncatingIfNeeded: ticks) }

  /// The sequence number of the next packet in the retransmission stream, which is now used.
  mutating func takeRTXSequence() -> UInt16 {
    defer { nextRTXSequence &+= 1 }
    return nextRTXSequence
  }

  /// The picture ID of the next frame, which is now used.
  mutating func takePictureID() -> UInt16 {
    defer { pictureID = (pictureID + 1) & 0x7FFF }
    return pictureID
  }
}

/// One sent stream: it numbers and writes packets, keeps them for retransmission, and processes the remote end's
/// feedback on them. When they are sent is up to `SendSide`.
final class SendStream {
  let id: RTPSenderID
  private var writer: RTPPacketWriter
  /// Set by tests only, as is `counters`: to the numbers of a stream that has run for long.
  var numbers: StreamNumbers
  var counters = RTPSenderCounters()
  private(set) var history = SendHistory()
  /// Whether frames are dropped until a key frame.
  private(set) var awaitsKeyFrame: Bool
  private var throttle = KeyFrameRequestThrottle()
  /// The last frame time that was sent as `abs-capture-time`.
  private var lastCaptureTimeSent: MediaTime?
  /// The sender of the last FIR, and its command number.
  private var lastFullIntraRequest: (sender: SSRC, number: UInt8)?
  /// The highest sequence number of the last report.
  private var reportedSequence: Int64?
  /// The highest sequence number and the loss count of its last report on retransmissions.
  private(set) var rtxReport: (highest: UInt16, lost: Int32)?

  init(id: RTPSenderID, parameters: RTPSendParameters, random: inout SeededGenerator) {
    self.id = id
    writer = RTPPacketWriter(parameters)
    numbers = StreamNumbers(random: &random)
    awaitsKeyFrame = parameters.kind == .video
  }

  var parameters: RTPSendParameters { writer.parameters }

  func update(_ parameters: RTPSendParameters) {
    if parameters.rtxSSRC != writer.parameters.rtxSSRC { rtxReport = nil }
    writer.update(parameters)
  }

  /// Whether a packet has been sent. `reportPackets` cannot tell, as it wraps around.
  var hasSent: Bool { numbers.nextSequence > numbers.firstSequence }

  /// Whether retransmissions have a stream of their own.
  var usesRTX: Bool { writer.parameters.rtxSSRC != nil && writer.parameters.rtxPayloadType != nil }

  /// Whether the remote end has reported on retransmissions.
  var isRTXKnown: Bool { writer.isRTXKnown }

  // MARK: Frames

  /// Forgets the sent packets. Sending resumes with a key frame.
  func restart() {
    history.removeAll()
    awaitsKeyFrame = writer.parameters.kind == .video
  }

  /// A video frame was queued.
  func queued(_ frame: PacketizedFrame, now: MediaTime) {
    if frame.isKeyFrame { throttle.keyFrameQueued(now: now) }
    awaitsKeyFrame = false
  }

  /// A frame was dropped.
  func dropped() { counters.framesDropped += 1 }

  /// A frame was dropped for want of room in the queue: those that follow depend on it, up to a key frame.
  func refused() {
    counters.framesDropped += 1
    awaitsKeyFrame = true
  }

  // MARK: Packets

  private var keepsHistory: Bool { writer.parameters.feedback.contains(.nack) }

  /// A frame's first packet is about to be sent.
  /// - Returns: the frame's picture ID.
  func begin(_ frame: PacketizedFrame, timestamp: UInt32, in context: DrainContext) -> UInt16 {
    let pictureID = numbers.takePictureID()
    writer.willSend(frame)
    if keepsHistory {
      history.begin(
        frame, firstSequence: numbers.nextSequence, name: FrameName(timestamp: timestamp, pictureID: pictureID),
        roundTrip: context.roundTrip, now: context.now)
    }
    return pictureID
  }

  /// Sends one packet of a frame.
  /// - Parameter queued: when the frame was queued.
  /// - Precondition: the batch is not full.
  /// - Returns: the packet's size.
  func send(
    _ index: Int, of frame: PacketizedFrame, named name: FrameName, queued: MediaTime, in context: inout DrainContext,
    into batch: RTPPacketBatch
  ) -> Int {
    let sequence = numbers.nextSequence
    let packet = OutgoingPacket(
      index: index, sequence: sequence, captureTime: index == 0 ? captureTime(of: frame, context) : nil)
    let (size, payload) = writer.write(packet, of: frame, named: name, in: context, into: batch.next)
    batch.append(length: size, isRTCP: false)
    context.nextTransportSequence &+= 1
    numbers.nextSequence += 1
    if keepsHistory { history.sent(sequence: sequence, now: context.now) }
    count(size: size, payload: payload)
    counters.totalPacketSendDelay += context.now - queued
    numbers.reportPackets &+= 1
    numbers.reportOctets &+= UInt32(payload)
    if index == frame.packetCount - 1 { counters.framesSent += 1 }
    return size
  }

  /// Included with key frames, and otherwise once a second: a receiver interpolates in between.
  private func captureTime(of frame: PacketizedFrame, _ context: DrainContext) -> NTPTime? {
    guard writer.parameters.extensions.absCaptureTime != 0 else { return nil }
    let isKeyFrame = frame.isKeyFrame && frame.kind == .video
    if let last = lastCaptureTimeSent, !isKeyFrame, frame.captureTime < last + .seconds(1) { return nil }
    lastCaptureTimeSent = frame.captureTime
    return context.clock.time(at: frame.captureTime)
  }

  /// Retransmits a packet if it is still in the history.
  /// - Precondition: the batch is not full.
  /// - Returns: its size, or 0.
  func resend(_ sequence: Int64, in context: inout DrainContext, into batch: RTPPacketBatch) -> Int {
    guard let (sent, index) = history.find(sequence) else { return 0 }
    let packet = OutgoingPacket(
      index: index, sequence: sequence, rtxSequence: usesRTX ? numbers.takeRTXSequence() : nil,
      captureTime: index == 0 && sent.frame.isKeyFrame ? context.clock.time(at: sent.frame.captureTime) : nil)
    let (size, payload) = writer.write(packet, of: sent.frame, named: sent.name, in: context, into: batch.next)
    batch.append(length: size, isRTCP: false)
    context.nextTransportSequence &+= 1
    count(size: size, payload: payload)
    counters.retransmittedPacketsSent += 1
    counters.retransmittedBytesSent += UInt64(payload)
    return size
  }

  /// Sends a packet of padding in the retransmission stream.
  /// - Precondition: there is such a stream, and the batch is not full.
  /// - Returns: the packet's size.
  func sendPadding(_ padding: Int, in context: inout DrainContext, into batch: RTPPacketBatch) -> Int {
    let size = writer.writePadding(
      padding, sequence: numbers.takeRTXSequence(),
      timestamp: numbers.timestamp(at: context.now.ticks(at: writer.parameters.clockRate)), in: context,
      into: batch.next)
    batch.append(length: size, isRTCP: false)
    context.nextTransportSequence &+= 1
    count(size: size, payload: 0)
    return size
  }

  private func count(size: Int, payload: Int) {
    counters.packetsSent += 1
    counters.bytesSent += UInt64(payload)
    counters.headerBytesSent += UInt64(size - payload)
  }

  /// - Returns: nil when nothing was sent.
  func senderReport(clock: NTPClock, now: MediaTime) -> RTCPSenderReport? {
    guard hasSent else { return nil }
    return RTCPSenderReport(
      ssrc: writer.parameters.ssrc, ntpTime: clock.time(at: now),
      rtpTimestamp: RTPTimestamp(rawValue: numbers.timestamp(at: now.ticks(at: writer.parameters.clockRate))),
      packetCount: numbers.reportPackets, octetCount: numbers.reportOctets)
  }

  // MARK: Feedback

  /// Processes a report on this stream.
  /// - Returns: the packets lost since the previous report and the number it covers; nil when the report names packets
  ///   that were never sent.
  func received(_ block: RTCPReportBlock) -> (lost: Int, expected: Int)? {
    // Extended by this side's own count: the receiver's count of cycles is ignored.
    let highest = SequenceNumber(rawValue: UInt16(truncatingIfNeeded: block.highestSequence))
      .extended(near: numbers.nextSequence)
    guard highest < numbers.nextSequence, highest >= numbers.firstSequence - 1 else { return nil }
    writer.reported(upTo: highest)
    let fraction = Double(block.fractionLost) / 256
    counters.hasReport = true
    counters.reportsReceived += 1
    counters.packetsLost = Int64(block.cumulativeLost)
    counters.packetsReceived = highest - numbers.firstSequence + 1 - Int64(block.cumulativeLost)
    counters.fractionLost = fraction
    counters.jitter = Double(block.jitter) / Double(max(writer.parameters.clockRate, 1))
    let expected = Int(max(0, highest - (reportedSequence ?? numbers.firstSequence - 1)))
    reportedSequence = max(reportedSequence ?? highest, highest)
    return (Int((fraction * Double(expected)).rounded()), expected)
  }

  /// Processes a report on this stream's retransmissions.
  func receivedRTX(_ block: RTCPReportBlock) {
    writer.reportedRTX()
    rtxReport = (UInt16(truncatingIfNeeded: block.highestSequence), block.cumulativeLost)
  }

  /// A report on this stream has answered a sender report.
  func received(roundTrip: MediaTime) {
    counters.roundTripTime = roundTrip
    counters.totalRoundTripTime += roundTrip
    counters.roundTripTimeMeasurements += 1
  }

  /// Queues the packets that a NACK names, as far as they may be sent again.
  /// - Parameters:
  ///   - bitrate: the available bitrate, bits per second.
  ///   - roundTrip: nil when it is not known yet.
  func received(
    _ nack: RTCPNack, retransmissions: inout RetransmissionQueue, bitrate: Int, roundTrip: MediaTime?, now: MediaTime
  ) {
    guard keepsHistory else { return }
    counters.nackCount += 1
    history.prune(roundTrip: roundTrip, now: now)
    /// - Returns: whether to process further requests.
    func request(_ sequence: Int64) -> Bool {
      retransmissions.request(
        sequence, of: self, history: &history, bitrate: bitrate, roundTrip: roundTrip, now: now)
    }
    for entry in nack.entries {
      var following = entry.following
      var sequence = entry.packetID.extended(near: numbers.nextSequence)
      guard request(sequence) else { return }
      while following != 0 {
        sequence += 1
        if following & 1 != 0 {
          guard request(sequence) else { return }
        }
        following >>= 1
      }
    }
  }

  /// Processes a PLI.
  /// - Returns: whether it asks for a key frame.
  func receivedPictureLoss() -> Bool {
    guard writer.parameters.kind == .video else { return false }
    counters.pliCount += 1
    return true
  }

  /// Processes a FIR's entry for this stream.
  /// - Returns: whether it asks for a key frame.
  func received(_ entry: RTCPFullIntraRequest.Entry, from sender: SSRC) -> Bool {
    guard writer.parameters.kind == .video else { return false }
    // A repeated command number is the same request.
    if let last = lastFullIntraRequest, last == (sender, entry.commandNumber) { return false }
    lastFullIntraRequest = (sender, entry.commandNumber)
    counters.firCount += 1
    return true
  }

  // MARK: Key frame requests

  /// - Returns: whether to request a key frame now. Otherwise the request is pending.
  func requestKeyFrame(now: MediaTime) -> Bool { throttle.request(now: now) }

  /// - Returns: whether a pending request is due now.
  func timeout(now: MediaTime) -> Bool { throttle.timeout(now: now) }

  /// When a pending request is due.
  var wake: MediaTime? { throttle.wake }
}
