public import Media

/// A cluster of a file, as its head says it.
///
/// Source: RFC 9559 §5.1.3.
public struct WebMCluster: Sendable, Equatable {
  /// Where it is; the size may be unknown.
  public var element: WebMElement
  /// The time that its blocks count from.
  public var time: MediaTime
}
