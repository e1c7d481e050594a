internal import Media

extension SendSide {
  mutating func startProbe(_ id: RTPSenderID) {
    probe = stream(id).map { PathProbe($0, bitrate: control.bitrate) }
  }

  /// Writes what may leave of the padding that tries the path.
  /// - Returns: whether the batch was too small.
  mutating func drainProbe(in context: inout DrainContext, into batch: RTPPacketBatch, bytes: inout Int) -> Bool {
    while let stream = probe?.stream, probe?.isSending == true, pacer.maySend(now: context.now) {
      guard !batch.isFull else { return true }
      let size = stream.writePadding(PathProbe.padding, in: context, into: batch.next)
      batch.append(length: size, isRTCP: false)
      context.nextTransportSequence &+= 1
      stream.counters.packetsSent += 1
      stream.counters.headerBytesSent += UInt64(size)
      pacer.sent(size, now: context.now)
      bytes += size
      probe?.sent(now: context.now)
    }
    return false
  }

  /// Takes in a report on a stream of retransmissions.
  mutating func received(_ block: RTCPReportBlock, retransmissionsOf stream: SendStream, now: MediaTime) {
    stream.isRTXKnown = true
    stream.rtxReport = (UInt16(truncatingIfNeeded: block.highestSequence), block.cumulativeLost)
    guard probe?.stream === stream else { return }
    // The last one that was measured: before the path was given rest, queues had made it long.
    probe?.received(block, roundTrip: stream.counters.roundTripTime ?? Self.assumedRoundTrip, now: now)
  }
}
