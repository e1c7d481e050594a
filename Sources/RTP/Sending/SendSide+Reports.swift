internal import Media

extension SendSide {
  /// The first stream that has sent something.
  var firstActive: SSRC? { streams.lazy.compactMap { $0 }.first(where: \.hasSent)?.parameters.ssrc }

  var hasSentSound: Bool {
    streams.lazy.compactMap { $0 }.contains { $0.parameters.kind == .audio && $0.hasSent }
  }

  /// What each stream has sent, and what its timestamps mean: all streams of this end by the one clock of capture.
  func senderReports(now: MediaTime) -> [RTCPSenderReport] {
    streams.compactMap { stream in
      guard let stream, stream.hasSent else { return nil }
      let ticks = UInt32(truncatingIfNeeded: now.ticks(at: stream.parameters.clockRate))
      return RTCPSenderReport(
        ssrc: stream.parameters.ssrc, ntpTime: clock.time(at: now),
        rtpTimestamp: RTPTimestamp(rawValue: stream.timestampOffset &+ ticks), packetCount: stream.reportPackets,
        octetCount: stream.reportOctets)
    }
  }

  /// Takes the streams that have ended.
  mutating func takeEnded() -> [SSRC] {
    defer { ended = [] }
    return ended
  }
}
