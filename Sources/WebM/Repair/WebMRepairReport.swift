public import Media

/// The findings and the effect of a repair.
public struct WebMRepairReport: Sendable, Equatable {
  /// Bytes at the end that are not part of the recording.
  public enum Tail: Sendable, Equatable {
    /// Nothing.
    case whole
    /// An incomplete block.
    case halfBlock
    /// Zeros, as after a power cut.
    case zeros
    /// An index that is replaced, or anything else.
    case other
  }

  /// From the recording's start to the end of its last block.
  public var duration: MediaTime
  /// Number of whole blocks.
  public var blocks: UInt64
  /// Number of index entries.
  public var indexed: Int
  /// Whether the entries are key frames of a video track.
  public var indexesKeyFrames: Bool
  /// The kind of the bytes dropped at the end.
  public var tail: Tail
  /// Bytes dropped at the end.
  public var droppedBytes: UInt64
  /// Damaged bytes skipped elsewhere.
  public var skippedBytes: UInt64
  /// The number of places with skipped bytes.
  public var skippedPlaces: Int
}
