/// A misuse of a muxer.
public enum WebMMuxerError: Error, Sendable, Equatable {
  /// There are no tracks, or two with one number, or a number outside 1…126, or a UID of 0.
  case wrongTracks
  /// The video track with this number has no width or height.
  case wrongPictureSize(track: Int)
  /// A block came before `start` or after `finish`.
  case notOpen
  /// A block has the number of a track that the file does not have.
  case unknownTrack(Int)
  /// A block has no data.
  case emptyBlock(track: Int)
}

extension WebMMuxerError: CustomStringConvertible {
  /// One sentence for the user.
  public var description: String {
    switch self {
    case .wrongTracks: "A WebM file needs tracks with different numbers from 1 to 126 and UIDs other than 0."
    case .wrongPictureSize(let track): "Track \(track) needs a width and a height."
    case .notOpen: "Blocks belong between the start and the finish of a WebM file."
    case .unknownTrack(let track): "There is no track \(track) in this WebM file."
    case .emptyBlock(let track): "A block without data cannot be written to track \(track)."
    }
  }
}
