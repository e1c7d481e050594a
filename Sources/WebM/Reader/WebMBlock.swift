public import Media

/// A block of a file: one frame, or several laced together.
///
/// Source: RFC 9559 §5.1.3.4, §5.1.3.5 and §10.
public struct WebMBlock: Sendable, Equatable {
  /// The SimpleBlock or BlockGroup.
  public var element: WebMElement
  /// Where its cluster starts, in bytes from the file's start.
  public var clusterOffset: UInt64
  /// The number of its track.
  public var track: Int
  /// The time of its first frame.
  public var time: MediaTime
  /// The same in units of the TimestampScale, from the cluster's.
  public var relativeTimestamp: Int16
  /// Whether it decodes without any block before it.
  public var isKeyFrame: Bool
  /// Where the bytes of its frames are in the file; one unless the block is laced.
  public var frames: [Range<UInt64>]
  /// How long it lasts, where the file says it.
  public var duration: MediaTime?
  /// How much decoded sound to drop from its end, where the file says it.
  public var discardPadding: MediaTime?
}
