public import Media

/// What a repair found and does.
public struct WebMRepairReport: Sendable, Equatable {
  /// What stands at the end that is no part of the recording.
  public enum Tail: Sendable, Equatable {
    /// Nothing.
    case whole
    /// A block that was being written.
    case halfBlock
    /// Zeros, as after a power cut.
    case zeros
    /// An index that is made anew, or anything else.
    case other
  }

  /// From the recording's start to the end of its last block.
  public var duration: MediaTime
  /// Blocks that are whole.
  public var blocks: UInt64
  /// Entries of the index.
  public var indexed: Int
  /// Whether the entries are key frames of a video track.
  public var indexesKeyFrames: Bool
  /// What the bytes dropped at the end are.
  public var tail: Tail
  /// Bytes dropped at the end.
  public var droppedBytes: UInt64
  /// Bytes left out elsewhere because they are damaged.
  public var skippedBytes: UInt64
  /// In how many places.
  public var skippedPlaces: Int
}
