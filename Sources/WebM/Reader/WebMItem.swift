public import Media

/// An item that a reader finds in a file.
public enum WebMItem: Sendable, Equatable {
  /// A cluster and its timestamp; its blocks follow.
  case cluster(WebMCluster)
  /// A whole block.
  case block(WebMBlock)
  /// Another child of the Segment, such as Cues or Tags; its data is skipped.
  case element(WebMElement)
  /// The file ends inside an element. The last item.
  case truncated(WebMTruncation)
}

/// The position of an element in a file.
public struct WebMElement: Sendable, Equatable {
  /// Its identifier.
  public var id: ElementID
  /// Its first byte, in bytes from the file's start.
  public var offset: UInt64
  /// The first byte of its data.
  public var dataOffset: UInt64
  /// Bytes of data, or nil if the size is unknown.
  public var size: UInt64?

  /// The offset after its last byte, or nil if the size is unknown.
  public var end: UInt64? { size.map { dataOffset + $0 } }
}

/// A cluster of a file.
///
/// Source: RFC 9559 §5.1.3.
public struct WebMCluster: Sendable, Equatable {
  /// Its position; the size may be unknown.
  public var element: WebMElement
  /// The time that its blocks' timestamps are relative to.
  public var time: MediaTime
}

/// A block of a file: one frame, or several laced together.
///
/// Source: RFC 9559 §5.1.3.4, §5.1.3.5 and §10.
public struct WebMBlock: Sendable, Equatable {
  /// The SimpleBlock or BlockGroup.
  public var element: WebMElement
  /// The offset of its cluster, in bytes from the file's start.
  public var clusterOffset: UInt64
  /// The number of its track.
  public var track: Int
  /// The time of its first frame.
  public var time: MediaTime
  /// The same, relative to the cluster's, in units of the TimestampScale.
  public var relativeTimestamp: Int16
  /// Whether it decodes without earlier blocks.
  public var isKeyFrame: Bool
  /// The byte ranges of its frames in the file; one unless the block is laced.
  public var frames: [Range<UInt64>]
  /// Its duration, if the file has it.
  public var duration: MediaTime?
  /// Decoded sound to drop from its end, if the file has it.
  public var discardPadding: MediaTime?
}

/// An entry of a file's Cues.
///
/// Source: RFC 9559 §5.1.5.
public struct WebMCue: Sendable, Equatable {
  /// The time of the block.
  public var time: MediaTime
  /// The number of its track.
  public var track: Int
  /// The cluster's offset in bytes from the file's start.
  public var clusterOffset: UInt64
  /// The block's offset in bytes from the first byte of the cluster's data, if the file has it.
  public var relativePosition: UInt64?
}

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
