public import Media

/// A block of a file: one frame, or several laced together.
///
/// Source: RFC 9559 §5.1.3.4, §5.1.3.5 and §10.
public struct WebMBlock: Sendable, Equatable {
  /// The SimpleBlock or BlockGroup.
  public var element: WebMElement
  /// The offset of its cluster, in bytes from the file's start.
  public var clusterOffset: UInt64
  /// The number of its track.
  public var track: Int
  /// The time of its first frame.
  public var time: MediaTime
  /// The same, relative to the cluster's, in units of the TimestampScale.
  public var relativeTimestamp: Int16
  /// Whether it decodes without earlier blocks.
  public var isKeyFrame: Bool
  /// The byte ranges of its frames in the file; one unless the block is laced.
  public var frames: [Range<UInt64>]
  /// Its duration, if the file has it.
  public var duration: MediaTime?
  /// Decoded sound to drop from its end, if the file has it.
  public var discardPadding: MediaTime?
}
