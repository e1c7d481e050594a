internal import Media

extension SendSide {
  mutating func startProbe(_ id: RTPSenderID) {
    probe = stream(id).map { PathProbe($0, bitrate: control.bitrate) }
  }

  /// Writes the padding of the bandwidth probe that may be sent now.
  /// - Returns: whether the batch was too small.
  mutating func drainProbe(in context: inout DrainContext, into batch: RTPPacketBatch) -> Bool {
    while let stream = probe?.stream, probe?.isSending == true, pacer.maySend(now: context.now) {
      guard !batch.isFull else { return true }
      let size = stream.writePadding(PathProbe.padding, in: context, into: batch.next)
      batch.append(length: size, isRTCP: false)
      context.nextTransportSequence &+= 1
      stream.counters.packetsSent += 1
      stream.counters.headerBytesSent += UInt64(size)
      pacer.sent(size, now: context.now)
      probe?.sent(now: context.now)
    }
    return false
  }

  /// Processes a report on a retransmission stream.
  mutating func received(_ block: RTCPReportBlock, retransmissionsOf stream: SendStream, now: MediaTime) {
    stream.isRTXKnown = true
    stream.rtxReport = (UInt16(truncatingIfNeeded: block.highestSequence), block.cumulativeLost)
    guard probe?.stream === stream else { return }
    // The last measured round trip, not the smoothed one: that still contains the queueing from before video stopped.
    probe?.received(block, roundTrip: stream.counters.roundTripTime ?? Self.assumedRoundTrip, now: now)
  }
}
