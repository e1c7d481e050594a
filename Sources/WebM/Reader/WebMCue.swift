public import Media

/// An entry of a file's Cues.
///
/// Source: RFC 9559 §5.1.5.
public struct WebMCue: Sendable, Equatable {
  /// The time of the block.
  public var time: MediaTime
  /// The number of its track.
  public var track: Int
  /// The cluster's offset in bytes from the file's start.
  public var clusterOffset: UInt64
  /// The block's offset in bytes from the first byte of the cluster's data, if the file has it.
  public var relativePosition: UInt64?
}
