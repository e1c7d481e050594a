internal import Media

/// What the remote end asks for and reports. It may ask for anything: each answer is bounded.
extension SendSide {
  /// Used as long as no report has told the round trip.
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

  /// - Returns: whether to look at more.
  private mutating func resend(_ sequence: Int64, of stream: SendStream, now: MediaTime) -> Bool {
    // Most of a flood is about packets that are not there, which takes next to no work.
    guard stream.history.mayHold(sequence) else { return true }
    guard work.admit(now: now), retransmissions.count < Self.retransmissionLimit else { return false }
    guard let (frame, index) = stream.history.find(sequence) else { return true }
    let size = Int(frame.frame.bounds[index + 1] - frame.frame.bounds[index]) + Self.retransmissionOverhead
    // Looked at first: what is refused for want of it has not been sent, and may be asked for again at once.
    let isRepeated = stream.history.hasBeenAskedFor(sequence)
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
      // The same number again is the same request again.
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
    transport.transportFeedbackReceived += 1
    let received = feedback.arrivals.count { $0 != nil }
    transport.packetsAcknowledged += UInt64(received)
    if received < feedback.arrivals.count { lastLoss = now }
    transport.packetsReportedLost += UInt64(feedback.arrivals.count - received)
    change { $0.received(feedback, now: now) }
  }

  /// Takes in report blocks of one packet.
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

  /// Lets at most one request per window out.
  mutating func requestKeyFrame(_ stream: SendStream, now: MediaTime) {
    if stream.throttle.request(now: now) { events.append(.keyFrameRequested(stream.id)) }
  }

  /// Honours the requests whose window has ended, and waits no longer for what has not come.
  mutating func timeout(now: MediaTime) {
    probe?.timeout(now: now)
    for case let stream? in streams where stream.throttle.timeout(now: now) {
      events.append(.keyFrameRequested(stream.id))
    }
  }

  /// Changes what is known of the path, and says when that changes its rate.
  mutating func change(_ change: (inout CongestionControl) -> Void) {
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
  /// Takes in what a report says of this stream.
  /// - Returns: the packets that were lost since the report before, and how many that was about; nil when the report
  ///   tells of packets that were never sent.
  func received(_ block: RTCPReportBlock) -> (lost: Int, expected: Int)? {
    // Without wrap-around as this side counts it, whatever the receiver's count of cycles is.
    let highest = SequenceNumber(rawValue: UInt16(truncatingIfNeeded: block.highestSequence))
      .extended(near: nextSequence)
    guard highest < nextSequence, highest >= firstSequence - 1 else { return nil }
    isKnown = true
    opening.received(upTo: highest)
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
