/// The progress of gathering local candidates (W3C WebRTC §5.6.4).
public enum RTCIceGathererState: String, Sendable, Hashable {
  case new, gathering, complete
}
