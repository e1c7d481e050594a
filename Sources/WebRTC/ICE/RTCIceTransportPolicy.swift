/// Which candidates may be used (W3C WebRTC §4.2.3).
public enum RTCIceTransportPolicy: String, Sendable, Hashable {
  case all
  /// Only relayed candidates, so that the peer does not learn this machine's addresses.
  case relay
}
