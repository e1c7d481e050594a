package import RTP

/// For code that decides whether to send a viewer any pictures.
extension RTCRtpSender {
  /// Whether the estimated bit rate of the path is close to the lowest rate of pictures.
  package var isAtLowestRate: Bool {
    guard let rtp, let connection else { return false }
    return Double(rtp.transport.session.estimatedBitrate) < 1.1 * Double(connection.bitrateBounds.lowerBound)
  }

  /// Probes the bandwidth of the path, while this sender is not active.
  package func probe() {
    guard let rtp else { return }
    rtp.transport.session.probe(rtp.sender)
    rtp.transport.schedule()
  }

  /// The outcome of the last bandwidth probe.
  package var probeOutcome: RTPProbeOutcome? { rtp.flatMap { $0.transport.session.probeOutcome($0.sender) } }
}
