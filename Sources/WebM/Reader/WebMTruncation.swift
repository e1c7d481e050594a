/// How a file that was cut off ends.
public struct WebMTruncation: Sendable, Equatable {
  /// What is cut off.
  public enum Reason: Sendable, Equatable {
    /// The identifier or size of an element.
    case header
    /// An element's data.
    case data(ElementID)
    /// The rest of a Segment or Cluster, between two of its elements.
    case missing(ElementID)
  }

  /// Where the cut element starts, or the file ends, in bytes from its start; everything before is whole.
  public var offset: UInt64
  public var reason: Reason
}

extension WebMTruncation: CustomStringConvertible {
  /// One sentence for the user: how the file ends.
  public var description: String {
    switch reason {
    case .header: "The file ends inside the header of the element at byte \(offset)."
    case .data(let id): "The file ends inside element \(id) at byte \(offset)."
    case .missing(let id): "The file ends at byte \(offset), before its element \(id) does."
    }
  }
}
