internal import Media

extension SendSide {
  /// The first stream that has sent something.
  var firstActive: SSRC? { streams.lazy.compactMap { $0 }.first(where: \.hasSent)?.parameters.ssrc }

  var hasSentSound: Bool {
    streams.lazy.compactMap { $0 }.contains { $0.parameters.kind == .audio && $0.hasSent }
  }

  /// Sender reports of all streams; their timestamps relate to one capture clock.
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

  /// Removes and returns the SSRCs that have ended.
  mutating func takeEnded() -> [SSRC] {
    defer { ended = [] }
    return ended
  }
}
