/// The state of ICE (W3C WebRTC §5.6.5).
public enum RTCIceTransportState: String, Sendable, Hashable {
  case new, checking, connected, completed, disconnected, failed, closed
}
