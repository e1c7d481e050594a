/// An item that a reader finds in a file.
public enum WebMItem: Sendable, Equatable {
  /// A cluster and its timestamp; its blocks follow.
  case cluster(WebMCluster)
  /// A whole block.
  case block(WebMBlock)
  /// Another child of the Segment, such as Cues or Tags; its data is skipped.
  case element(WebMElement)
  /// The file ends inside an element. The last item.
  case truncated(WebMTruncation)
}
