/// The state of DTLS (W3C WebRTC §5.5.1).
public enum RTCDtlsTransportState: String, Sendable, Hashable {
  case new, connecting, connected, closed, failed
}
