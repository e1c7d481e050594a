/// The kind of video content; receivers use it for statistics and smoothing. Source: `video-content-type` of
/// webrtc.org.
public enum VideoContentType: UInt8, Sendable, Hashable {
  case unspecified = 0
  case screenshare = 1
}
