public import Media

/// What befalls a recorder, in the W3C's order: start, then dataavailable any number of times, then stop.
public enum MediaRecorderEvent: Sendable {
  case start
  /// Bytes of the recording; all of them one after the other are the file. `timecode` is milliseconds from the start.
  case dataavailable(data: [UInt8], timecode: Double)
  case pause
  case resume
  case stop
  case error(MediaRecorderError)
  /// Something works less well than it could; the recording goes on.
  case warning(code: String, message: String)
}

/// What has been recorded so far.
public struct MediaRecorderStatistics: Sendable, Equatable {
  /// Seconds in the recording, without pauses.
  public var durationSeconds = 0.0
  /// Pictures in which something had changed.
  public var framesCaptured = 0
  /// Frames in the file: changes, refinements and keep-alives.
  public var framesEncoded = 0
  /// Changed pictures that are not in the file: a newer one came before they could be encoded or written.
  public var framesDropped = 0
  public var keyFrames = 0
  /// Bytes written.
  public var bytes: UInt64 = 0
  /// Of these, the sound's.
  public var audioBytes: UInt64 = 0
  /// The picture's size, once known.
  public var width: Int?
  public var height: Int?

  /// When what stands at the recording's beginning was captured.
  public var startedAt: MediaTime?

  public init() {}

  /// Takes in one line of the ledger.
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
    // A frame that was dropped is in nobody's file.
    if entry.isKeyFrame, entry.result != .dropped { keyFrames += 1 }
  }
}
