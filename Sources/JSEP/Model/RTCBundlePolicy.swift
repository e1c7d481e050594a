/// How much an offer relies on the other side's putting all media on one transport. Source: W3C `RTCBundlePolicy`.
public enum RTCBundlePolicy: String, Sendable, Hashable {
  /// A transport for each kind of media until the other side bundles them.
  case balanced
  /// A transport for each section until the other side bundles them.
  case maxCompat = "max-compat"
  /// One transport; what the other side does not bundle is rejected.
  case maxBundle = "max-bundle"
}
