public import Media

/// The result of a repair.
public struct RepairOutcome: Sendable, Equatable {
  /// How the file was repaired.
  public enum Way: String, Sendable {
    /// There was nothing to repair.
    case healthy
    /// A few bytes of the file itself were changed.
    case inPlace
    /// A new file was written.
    case rewritten
  }

  /// What a file that was cut off ended with.
  public enum Tail: String, Sendable { case whole, halfBlock, zeros, other }

  public var way: Way
  /// From the recording's start to the end of its last block.
  public var duration: MediaTime
  /// Entries of the index.
  public var indexed: Int
  /// Whether the entries are key frames of a video track.
  public var indexesKeyFrames: Bool
  public var tail: Tail
  /// Bytes dropped at the end.
  public var droppedBytes: UInt64
  /// Damaged bytes that were skipped elsewhere.
  public var skippedBytes: UInt64
  /// In how many places.
  public var skippedPlaces: Int
}
