/// The result of a bandwidth probe.
public enum RTPProbeOutcome: Sendable, Hashable {
  /// Packets are being sent, or no report on them has arrived yet.
  case underWay
  /// Nearly all packets were received.
  case carried
  /// Many packets were lost or late.
  case lost
  /// Inconclusive: the receiver does not report on the packets, or none could be sent.
  case unanswered
}
