internal import Media

extension QueuedFrame {
  /// Whether all its packets were sent.
  var isSent: Bool { sentPackets == frame.packetCount }

  /// Writes the frame's next packet.
  /// - Precondition: packets remain, and the batch is not full.
  /// - Returns: the packet's size.
  mutating func sendNext(in context: inout DrainContext, into batch: RTPPacketBatch) -> Int {
    let keepsHistory = stream.parameters.feedback.contains(.nack)
    let sequence = stream.nextSequence
    if sentPackets == 0 {
      pictureID = stream.pictureID
      stream.pictureID = (pictureID + 1) & 0x7FFF
      stream.firstPictureDelay.willSend(frame)
      if keepsHistory {
        stream.history.begin(
          frame, firstSequence: sequence, name: FrameName(timestamp: timestamp, pictureID: pictureID),
          roundTrip: context.roundTrip, now: context.now)
      }
    }
    let packet = OutgoingPacket(
      index: sentPackets, sequence: sequence, captureTime: sentPackets == 0 ? captureTime(context) : nil)
    let name = FrameName(timestamp: timestamp, pictureID: pictureID)
    let (size, payload) = stream.write(packet, of: frame, named: name, in: context, into: batch.next)
    batch.append(length: size, isRTCP: false)
    context.nextTransportSequence &+= 1
    stream.nextSequence += 1
    if keepsHistory { stream.history.sent(sequence: sequence, now: context.now) }
    stream.count(size: size, payload: payload, delay: context.now - queued)
    sentPackets += 1
    if isSent { stream.counters.framesSent += 1 }
    return size
  }

  /// Included with key frames, and otherwise once a second: a receiver interpolates in between.
  private func captureTime(_ context: DrainContext) -> NTPTime? {
    guard stream.parameters.extensions.absCaptureTime != 0 else { return nil }
    let isKeyFrame = frame.isKeyFrame && frame.kind == .video
    if let last = stream.lastCaptureTimeSent, !isKeyFrame, frame.captureTime < last + .seconds(1) { return nil }
    stream.lastCaptureTimeSent = frame.captureTime
    return context.clock.time(at: frame.captureTime)
  }
}

extension SendStream {
  /// Retransmits a packet if it is still in the history.
  /// - Precondition: the batch is not full.
  /// - Returns: its size, or 0.
  func resend(_ sequence: Int64, in context: inout DrainContext, into batch: RTPPacketBatch) -> Int {
    guard let (sent, index) = history.find(sequence) else { return 0 }
    let packet = OutgoingPacket(
      index: index, sequence: sequence, isRTX: usesRTX,
      captureTime: index == 0 && sent.frame.isKeyFrame ? context.clock.time(at: sent.frame.captureTime) : nil)
    let (size, payload) = write(packet, of: sent.frame, named: sent.name, in: context, into: batch.next)
    batch.append(length: size, isRTCP: false)
    context.nextTransportSequence &+= 1
    counters.packetsSent += 1
    counters.bytesSent += UInt64(payload)
    counters.headerBytesSent += UInt64(size - payload)
    counters.retransmittedPacketsSent += 1
    counters.retransmittedBytesSent += UInt64(payload)
    return size
  }

  /// Counts a packet that was sent.
  func count(size: Int, payload: Int, delay: MediaTime) {
    counters.packetsSent += 1
    counters.bytesSent += UInt64(payload)
    counters.headerBytesSent += UInt64(size - payload)
    counters.totalPacketSendDelay += delay
    reportPackets &+= 1
    reportOctets &+= UInt32(payload)
  }
}
