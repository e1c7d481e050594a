internal import Media

/// Requests and reports of the remote end. Any value may arrive, so the work for each is bounded.
extension SendSide {
  /// Used until the first round trip is measured.
  static let assumedRoundTrip = MediaTime.milliseconds(100)

  mutating func received(_ nack: RTCPNack, now: MediaTime) {
    guard let (stream, isRTX) = stream(of: nack.media), !isRTX, stream.parameters.feedback.contains(.nack) else {
      return
    }
    stream.counters.nackCount += 1
    stream.history.prune(roundTrip: roundTrip, now: now)
    for entry in nack.entries {
      var following = entry.following
      var sequence = entry.packetID.extended(near: stream.nextSequence)
      guard resend(sequence, of: stream, now: now) else { return }
      while following != 0 {
        sequence += 1
        if following & 1 != 0 {
          guard resend(sequence, of: stream, now: now) else { return }
        }
        following >>= 1
      }
    }
  }

  /// - Returns: whether to process further requests.
  private mutating func resend(_ sequence: Int64, of stream: SendStream, now: MediaTime) -> Bool {
    // In a flood most requests name packets that are not in the history; refusing those is cheap.
    guard stream.history.mayHold(sequence) else { return true }
    guard requestLimit.admit(now: now), retransmissions.count < Self.retransmissionLimit else { return false }
    guard let (frame, index) = stream.history.find(sequence) else { return true }
    let size = Int(frame.frame.bounds[index + 1] - frame.frame.bounds[index]) + Self.retransmissionOverhead
    // Checked before `mayResend`: a packet refused by the budget was not retransmitted and may be requested again at
    // once.
    let isRepeated = stream.history.hasBeenRequested(sequence)
    guard budget.allows(size, bitrate: control.bitrate, isRepeated: isRepeated, now: now) else {
      stream.history.refused(sequence)
      return !isRepeated
    }
    guard stream.history.mayResend(sequence, roundTrip: roundTrip ?? Self.assumedRoundTrip, now: now) else {
      return true
    }
    budget.spend(size)
    retransmissions.append((stream, sequence))
    return true
  }

  mutating func received(_ loss: RTCPPictureLoss, now: MediaTime) {
    guard let (stream, isRTX) = stream(of: loss.media), !isRTX, stream.parameters.kind == .video else { return }
    stream.counters.pliCount += 1
    requestKeyFrame(stream, now: now)
  }

  mutating func received(_ request: RTCPFullIntraRequest, now: MediaTime) {
    for entry in request.entries {
      guard let (stream, isRTX) = stream(of: entry.ssrc), !isRTX, stream.parameters.kind == .video else { continue }
      // A repeated command number is the same request.
      if let last = stream.lastFullIntraRequest, last == (request.sender, entry.commandNumber) { continue }
      stream.lastFullIntraRequest = (request.sender, entry.commandNumber)
      stream.counters.firCount += 1
      requestKeyFrame(stream, now: now)
    }
  }

  mutating func received(_ bitrate: RTCPMaximumBitrate, now: MediaTime) {
    guard bitrate.ssrcs.contains(where: { stream(of: $0) != nil }) else { return }
    feedbackReceived()
    change { $0.received(maximumBitrate: bitrate.bitrate, now: now) }
  }

  mutating func received(_ feedback: RTCPTransportFeedback, now: MediaTime) {
    feedbackReceived()
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
      feedbackReceived()
      lost += report.lost
      expected += report.expected
      if let measured = sentReports.roundTrip(block, now: now) {
        stream.counters.roundTripTime = measured
        stream.counters.totalRoundTripTime += measured
        stream.counters.roundTripTimeMeasurements += 1
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

  /// Passes on at most one request per window.
  mutating func requestKeyFrame(_ stream: SendStream, now: MediaTime) {
    if stream.throttle.request(now: now) { events.append(.keyFrameRequested(stream.id)) }
  }

  /// Passes on pending requests whose window has ended, and times out the bandwidth probe.
  mutating func timeout(now: MediaTime) {
    probe?.timeout(now: now)
    for case let stream? in streams where stream.throttle.timeout(now: now) {
      events.append(.keyFrameRequested(stream.id))
    }
  }

  /// Updates the congestion control, and reports a changed bitrate.
  mutating func change(_ change: (inout ReceiverSideControl) -> Void) {
    var changed = control
    change(&changed)
    let before = control.bitrate
    control = changed
    guard control.bitrate != before else { return }
    pacer.setBitrate(control.bitrate)
    events.append(.bitrateChanged(control.bitrate))
  }

  private mutating func feedbackReceived() { pacer.feedbackReceived() }
}

extension SendStream {
  /// Processes a report on this stream.
  /// - Returns: the packets lost since the previous report and the number it covers; nil when the report names packets
  ///   that were never sent.
  func received(_ block: RTCPReportBlock) -> (lost: Int, expected: Int)? {
    // Extended by this side's own count: the receiver's count of cycles is ignored.
    let highest = SequenceNumber(rawValue: UInt16(truncatingIfNeeded: block.highestSequence))
      .extended(near: nextSequence)
    guard highest < nextSequence, highest >= firstSequence - 1 else { return nil }
    isKnown = true
    firstPictureDelay.received(upTo: highest)
    let fraction = Double(block.fractionLost) / 256
    counters.hasReport = true
    counters.reportsReceived += 1
    counters.packetsLost = Int64(block.cumulativeLost)
    counters.packetsReceived = highest - firstSequence + 1 - Int64(block.cumulativeLost)
    counters.fractionLost = fraction
    counters.jitter = Double(block.jitter) / Double(max(parameters.clockRate, 1))
    let expected = Int(max(0, highest - (reportedSequence ?? firstSequence - 1)))
    reportedSequence = max(reportedSequence ?? highest, highest)
    return (Int((fraction * Double(expected)).rounded()), expected)
  }
}
