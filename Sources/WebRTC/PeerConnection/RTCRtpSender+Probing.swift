package import RTP

/// For whoever decides whether a viewer is sent pictures at all.
extension RTCRtpSender {
  /// Whether the path is taken to carry no more than the least that pictures are sent at.
  package var isAtLowestRate: Bool {
    guard let rtp, let connection else { return false }
    return Double(rtp.transport.session.estimatedBitrate) < 1.1 * Double(connection.bitrateBounds.lowerBound)
  }

  /// Tries what the path carries, while this sender is not active.
  package func probe() {
    guard let rtp else { return }
    rtp.transport.session.probe(rtp.sender)
    rtp.transport.schedule()
  }

  /// What came of the last try.
  package var probeOutcome: RTPProbeOutcome? { rtp.flatMap { $0.transport.session.probeOutcome($0.sender) } }
}
