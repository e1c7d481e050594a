/// Why a file cannot be read as WebM.
///
/// Each case has the offset in the file, in bytes, of the element or value concerned.
package enum WebMError: Error, Sendable, Equatable {
  /// The file does not begin with an EBML header of type "webm" in a supported version.
  case notWebM(offset: UInt64)
  /// The file ends inside a required element.
  case truncated(offset: UInt64)
  /// The identifier is too long, not the shortest form, or reserved.
  case invalidElementID(offset: UInt64)
  /// A size or number is longer than the file's header allows.
  case invalidSize(offset: UInt64)
  /// An element other than a Segment or Cluster has an unknown size.
  case unknownSize(ElementID, offset: UInt64)
  /// An element extends past the end of its parent.
  case exceedsParent(ElementID, offset: UInt64)
  /// An element is not allowed at this place.
  case misplaced(ElementID, offset: UInt64)
  /// A required element is missing; the offset is where it was expected.
  case missing(ElementID, offset: UInt64)
  /// An element's value has a wrong length or is invalid.
  case invalidValue(ElementID, offset: UInt64)
  /// A block's header or the sizes of its laced frames are invalid.
  case invalidBlock(offset: UInt64)
  /// An element exceeds a limit of the reader (see `WebMLimits`).
  case limitExceeded(ElementID, offset: UInt64)

  /// The position in the file, in bytes from its start.
  package var offset: UInt64 {
    switch self {
    case .notWebM(let offset), .truncated(let offset), .invalidElementID(let offset), .invalidSize(let offset),
      .unknownSize(_, let offset), .exceedsParent(_, let offset), .misplaced(_, let offset), .missing(_, let offset),
      .invalidValue(_, let offset), .invalidBlock(let offset), .limitExceeded(_, let offset):
      offset
    }
  }
}

extension WebMError: CustomStringConvertible {
  /// One sentence for the user: what is wrong and where.
  package var description: String {
    switch self {
    case .notWebM(let offset): "This is not a WebM file: no WebM header at byte \(offset)."
    case .truncated(let offset): "The file ends inside the element at byte \(offset)."
    case .invalidElementID(let offset): "There is no element at byte \(offset)."
    case .invalidSize(let offset): "The size at byte \(offset) is too long."
    case .unknownSize(let id, let offset): "Element \(id) at byte \(offset) has no size."
    case .exceedsParent(let id, let offset): "Element \(id) at byte \(offset) is larger than the element around it."
    case .misplaced(let id, let offset): "Element \(id) at byte \(offset) is in the wrong place."
    case .missing(let id, let offset): "Element \(id) is missing at byte \(offset)."
    case .invalidValue(let id, let offset): "Element \(id) at byte \(offset) has an invalid value."
    case .invalidBlock(let offset): "The block at byte \(offset) is damaged."
    case .limitExceeded(let id, let offset): "Element \(id) at byte \(offset) is too large to be read."
    }
  }
}

/// The limits above which a reader throws `WebMError.limitExceeded`, so that a hostile file cannot exhaust memory.
///
/// Frames have no limit: a reader returns their positions and its caller loads them.
package enum WebMLimits {
  /// Bytes of an element that is loaded whole: SeekHead, Info, Tracks, Cues; and of one range of frame bytes.
  package static let elementSize = 16 << 20
  /// Bytes of an EBML header.
  package static let headerSize = 4096
  /// Tracks in a file.
  package static let tracks = 128
  /// Entries of a SeekHead.
  package static let seekEntries = 1024
  /// Entries of the Cues.
  package static let cuePoints = 500_000
  /// Elements before the first cluster.
  package static let preambleElements = 256
  /// Bytes of the frame sizes in a laced block.
  package static let lacing = 65_536
}
