/// The type of a description. Source: W3C `RTCSdpType`, RFC 9429 §3.2.
public enum RTCSdpType: String, Sendable, Hashable {
  case offer, pranswer, answer, rollback
}
