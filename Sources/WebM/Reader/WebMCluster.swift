public import Media

/// A cluster of a file.
///
/// Source: RFC 9559 §5.1.3.
public struct WebMCluster: Sendable, Equatable {
  /// Its position; the size may be unknown.
  public var element: WebMElement
  /// The time that its blocks' timestamps are relative to.
  public var time: MediaTime
}
