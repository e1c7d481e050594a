/// What came of a try of the path.
public enum RTPProbeOutcome: Sendable, Hashable {
  /// Packets leave, or have left and are not reported on yet.
  case underWay
  /// As good as all have come.
  case carried
  /// Many have not, or not in time.
  case lost
  /// The receiver does not report on what was sent, or nothing could be sent: nothing is known.
  case unanswered
}
