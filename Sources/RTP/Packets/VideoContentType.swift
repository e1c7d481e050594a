/// What the pictures show, which receivers use for their statistics and smoothing. Source: `video-content-type` of
/// webrtc.org.
public enum VideoContentType: UInt8, Sendable, Hashable {
  case unspecified = 0
  case screenshare = 1
}
