/// How far an offer relies on the other side bundling all media on one transport. Source: W3C `RTCBundlePolicy`.
public enum RTCBundlePolicy: String, Sendable, Hashable {
  /// One transport per kind of media until the other side bundles them.
  case balanced
  /// One transport per section until the other side bundles them.
  case maxCompat = "max-compat"
  /// A single transport; sections that the other side does not bundle are rejected.
  case maxBundle = "max-bundle"
}
