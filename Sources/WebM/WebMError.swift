/// What is wrong with a file that was to be read as WebM.
///
/// Each case carries the offset in the file, in bytes, of the element or value it is about.
public enum WebMError: Error, Sendable, Equatable {
  /// The file does not begin with an EBML header that says "webm", in a version that can be read.
  case notWebM(offset: UInt64)
  /// The file ends inside an element that is needed.
  case truncated(offset: UInt64)
  /// No element begins here: the identifier is too long, not the shortest, or reserved.
  case invalidElementID(offset: UInt64)
  /// A size or number is longer than the file's header allows.
  case invalidSize(offset: UInt64)
  /// An element other than Segment and Cluster has no known size.
  case unknownSize(ElementID, offset: UInt64)
  /// An element reaches past the end of the one it stands in.
  case exceedsParent(ElementID, offset: UInt64)
  /// An element stands where it may not.
  case misplaced(ElementID, offset: UInt64)
  /// An element that must be there is not; the offset is where it was missed.
  case missing(ElementID, offset: UInt64)
  /// An element's value has a wrong length or makes no sense.
  case invalidValue(ElementID, offset: UInt64)
  /// A block's header or the sizes of its laced frames are wrong.
  case invalidBlock(offset: UInt64)
  /// An element is larger, or holds more, than the reader takes (see `WebMLimits`).
  case limitExceeded(ElementID, offset: UInt64)

  /// Where in the file, in bytes from its start.
  public var offset: UInt64 {
    switch self {
    case .notWebM(let offset), .truncated(let offset), .invalidElementID(let offset), .invalidSize(let offset),
      .unknownSize(_, let offset), .exceedsParent(_, let offset), .misplaced(_, let offset), .missing(_, let offset),
      .invalidValue(_, let offset), .invalidBlock(let offset), .limitExceeded(_, let offset):
      offset
    }
  }
}

extension WebMError: CustomStringConvertible {
  /// One sentence that says what is wrong and where.
  public var description: String {
    switch self {
    case .notWebM(let offset): "This is not a WebM file: no WebM header at byte \(offset)."
    case .truncated(let offset): "The file ends inside the element at byte \(offset)."
    case .invalidElementID(let offset): "There is no element at byte \(offset)."
    case .invalidSize(let offset): "The size at byte \(offset) is too long."
    case .unknownSize(let id, let offset): "Element \(id) at byte \(offset) does not say its size."
    case .exceedsParent(let id, let offset): "Element \(id) at byte \(offset) is larger than what it stands in."
    case .misplaced(let id, let offset): "Element \(id) at byte \(offset) stands where it may not."
    case .missing(let id, let offset): "Element \(id) is missing at byte \(offset)."
    case .invalidValue(let id, let offset): "Element \(id) at byte \(offset) has a value that makes no sense."
    case .invalidBlock(let offset): "The block at byte \(offset) is damaged."
    case .limitExceeded(let id, let offset): "Element \(id) at byte \(offset) is larger than a reader should take."
    }
  }
}
