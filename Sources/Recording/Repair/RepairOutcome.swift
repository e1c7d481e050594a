public import Media

/// What a repair did.
public struct RepairOutcome: Sendable, Equatable {
  /// How the file came out.
  public enum Way: String, Sendable {
    /// There was nothing to do.
    case healthy
    /// A few bytes of the file itself were changed.
    case inPlace
    /// A new file was written.
    case rewritten
  }

  /// What a file that was cut off ended in.
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
  /// Damaged bytes that are passed over elsewhere.
  public var skippedBytes: UInt64
  /// In how many places.
  public var skippedPlaces: Int
}
