/// What a reader comes by on its way through a file.
public enum WebMItem: Sendable, Equatable {
  /// A cluster and its timestamp; its blocks follow.
  case cluster(WebMCluster)
  /// A whole block.
  case block(WebMBlock)
  /// Another element that stands directly in the Segment, such as Cues or Tags; its data is skipped.
  case element(WebMElement)
  /// The file ends before an element does. Nothing follows.
  case truncated(WebMTruncation)
}
