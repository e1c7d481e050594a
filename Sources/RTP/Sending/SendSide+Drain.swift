internal import Media

extension SendSide {
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
    while retransmissions.count > 0, pacer.maySend(now: context.now) {
      guard !batch.isFull else { return true }
      let request = retransmissions[0]
      retransmissions.removeFirst()
      let size = request.stream.resend(request.sequence, in: &context, into: batch)
      pacer.sent(size, now: context.now)
    }
    while video.count > 0, pacer.maySend(now: context.now) {
      guard !batch.isFull else { return true }
      let waiting = video[0].bytesLeft
      let size = video[0].sendNext(in: &context, into: batch)
      videoBytes -= waiting - video[0].bytesLeft
      if video[0].isSent { video.removeFirst() }
      pacer.sent(size, now: context.now)
    }
    return drainProbe(in: &context, into: batch)
  }

  /// When to drain next, unless something else happens before.
  var wake: MediaTime {
    guard audio.isEmpty, ended.isEmpty else { return .zero }
    var wake = MediaTime.distantFuture
    if !video.isEmpty || !retransmissions.isEmpty || probe?.isSending == true { wake = pacer.wake }
    if let deadline = probe?.deadline { wake = min(wake, deadline) }
    for case let stream? in streams {
      if let time = stream.throttle.wake { wake = min(wake, time) }
    }
    return wake
  }
}
