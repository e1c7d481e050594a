public import Media

/// Counts of a recording.
public struct MediaRecorderStatistics: Sendable, Equatable {
  /// Seconds of the recording, without pauses.
  public var durationSeconds = 0.0
  /// Pictures with changes.
  public var framesCaptured = 0
  /// Frames in the file: changes, refinements and keep-alives.
  public var framesEncoded = 0
  /// Changed pictures that are not in the file: a newer one replaced them before they could be encoded or written.
  public var framesDropped = 0
  public var keyFrames = 0
  /// Bytes written.
  public var bytes: UInt64 = 0
  /// Of these, the sound's.
  public var audioBytes: UInt64 = 0
  /// The picture's width, once known.
  public var width: Int?
  public var height: Int?

  /// Capture time of the recording's beginning.
  public var startedAt: MediaTime?

  public init() {}

  /// Adds one line of the ledger.
  mutating func add(_ entry: LedgerEntry) {
    bytes += entry.bytes
    if entry.result == .sound { audioBytes += entry.bytes }
    switch entry.result {
    case .captured:
      framesCaptured += 1
      framesEncoded += 1
    case .dropped:
      framesCaptured += 1
      framesDropped += 1
    case .refinement, .keepAlive: framesEncoded += 1
    case .unchanged, .sound, .container: break
    }
    // A frame that was dropped is not in the file.
    if entry.isKeyFrame, entry.result != .dropped { keyFrames += 1 }
  }
}
