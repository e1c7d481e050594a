internal import Media

extension ReceiveStream {
  /// Delivers complete frames, skips gaps that have timed out, and requests a key frame when nothing else can help.
  func advance(now: MediaTime, events: inout RTPEventQueue) {
    while true {
      while let frame = buffer.next() { deliver(frame, events: &events) }
      missing.removeAll(before: buffer.scan)
      guard buffer.hasGap, missing.hasExpired(now: now) || missing.isEmpty else { break }
      buffer.skipGap()
    }
    counters.framesDropped = buffer.framesDropped
    guard buffer.start != nil, buffer.awaitsKeyFrame else { return }
    if buffer.hasKeyFrame {
      request.satisfied()
    } else {
      // While the first packets of a key frame may still arrive, no other key frame is requested.
      let isLost = missing.isEmpty || buffer.framesDropped > 0
      request.need(from: isLost ? now : started + Self.beginningWait)
    }
  }

  /// How long to wait for the rest of a first key frame.
  private static var beginningWait: MediaTime { .milliseconds(200) }

  private func deliver(_ frame: FrameBuffer.Frame, events: inout RTPEventQueue) {
    guard let first = frame.packets.first, let last = frame.packets.last else { return }
    var data: [UInt8] = []
    data.reserveCapacity(frame.packets.reduce(0) { $0 + $1.data.count })
    for packet in frame.packets { data += packet.data }
    let ticks = captureClock.ticks(first.timestamp)
    if let time = first.captureTime { captureClock.setReference(time, for: first.timestamp) }
    var received = RTPReceivedFrame(
      data: data, kind: parameters.kind, payloadType: first.payloadType, timestamp: first.timestamp, ticks: ticks,
      captureTime: captureClock.time(at: ticks), arrival: last.arrival, isKeyFrame: first.isKeyFrame, size: nil)
    counters.framesReceived += 1
    if parameters.kind == .video, first.isKeyFrame {
      received.size = VP8FrameHeader(data.span)?.size
      counters.frameSize = received.size ?? counters.frameSize
      request.satisfied()
    }
    events.append(.frame(id, received))
  }

  /// The feedback that is due.
  func feedback(sender: SSRC, roundTrip: MediaTime, now: MediaTime) -> [RTCPPacket] {
    guard let ssrc else { return [] }
    var packets: [RTCPPacket] = []
    let lost = missing.due(roundTrip: roundTrip, now: now).map {
      SequenceNumber(rawValue: UInt16(truncatingIfNeeded: $0))
    }
    var entries = RTCPNack(sender: sender, media: ssrc, lost: lost).entries[...]
    while !entries.isEmpty {
      packets.append(.nack(RTCPNack(sender: sender, media: ssrc, entries: Array(entries.prefix(Self.entriesPerNack)))))
      entries = entries.dropFirst(Self.entriesPerNack)
      counters.nackCount += 1
    }
    if request.isDue(now: now) {
      if parameters.feedback.contains(.pli) {
        counters.pliCount += 1
        packets.append(.pictureLoss(RTCPPictureLoss(sender: sender, media: ssrc)))
      } else if parameters.feedback.contains(.fir) {
        counters.firCount += 1
        let entry = RTCPFullIntraRequest.Entry(ssrc: ssrc, commandNumber: request.commandNumber)
        packets.append(.fullIntraRequest(RTCPFullIntraRequest(sender: sender, entries: [entry])))
      }
    }
    return packets
  }

  /// Keeps a NACK small enough for any compound packet.
  private static var entriesPerNack: Int { 200 }

  func wake(roundTrip: MediaTime) -> MediaTime {
    ssrc == nil ? .distantFuture : min(missing.wake(roundTrip: roundTrip), request.wake)
  }
}
