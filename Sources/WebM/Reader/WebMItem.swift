package import Media

/// An item that a reader finds in a file.
package enum WebMItem: Sendable, Equatable {
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
package struct WebMElement: Sendable, Equatable {
  /// Its identifier.
  package var id: ElementID
  /// Its first byte, in bytes from the file's start.
  package var offset: UInt64
  /// The first byte of its data.
  package var dataOffset: UInt64
  /// Bytes of data, or nil if the size is unknown.
  package var size: UInt64?

  /// The offset after its last byte, or nil if the size is unknown.
  package var end: UInt64? { size.map { dataOffset + $0 } }
}

/// A cluster of a file.
///
/// Source: RFC 9559 §5.1.3.
package struct WebMCluster: Sendable, Equatable {
  /// Its position; the size may be unknown.
  package var element: WebMElement
  /// The time that its blocks' timestamps are relative to.
  package var time: MediaTime
}

/// A block of a file: one frame, or several laced together.
///
/// Source: RFC 9559 §5.1.3.4, §5.1.3.5 and §10.
package struct WebMBlock: Sendable, Equatable {
  /// The SimpleBlock or BlockGroup.
  package var element: WebMElement
  /// The offset of its cluster, in bytes from the file's start.
  package var clusterOffset: UInt64
  /// The number of its track.
  package var track: Int
  /// The time of its first frame.
  package var time: MediaTime
  /// The same, relative to the cluster's, in units of the TimestampScale.
  package var relativeTimestamp: Int16
  /// Whether it decodes without earlier blocks.
  package var isKeyFrame: Bool
  /// The byte ranges of its frames in the file; one unless the block is laced.
  package var frames: [Range<UInt64>]
  /// Its duration, if the file has it.
  package var duration: MediaTime?
  /// Decoded sound to drop from its end, if the file has it.
  package var discardPadding: MediaTime?
}

/// An entry of a file's Cues.
///
/// Source: RFC 9559 §5.1.5.
package struct WebMCue: Sendable, Equatable {
  /// The time of the block.
  package var time: MediaTime
  /// The number of its track.
  package var track: Int
  /// The cluster's offset in bytes from the file's start.
  package var clusterOffset: UInt64
  /// The block's offset in bytes from the first byte of the cluster's data, if the file has it.
  package var relativePosition: UInt64?
}

/// How a file that was cut off ends.
package struct WebMTruncation: Sendable, Equatable {
  /// What is cut off.
  package enum Reason: Sendable, Equatable {
    /// The identifier or size of an element.
    case header
    /// An element's data.
    case data(ElementID)
    /// The rest of a Segment or Cluster, between two of its elements.
    case missing(ElementID)
  }

  /// Where the cut element starts, or the file ends, in bytes from its start; everything before is whole.
  package var offset: UInt64
  package var reason: Reason
}

extension WebMTruncation: CustomStringConvertible {
  /// One sentence for the user: how the file ends.
  package var description: String {
    switch reason {
    case .header: "The file ends inside the header of the element at byte \(offset)."
    case .data(let id): "The file ends inside element \(id) at byte \(offset)."
    case .missing(let id): "The file ends at byte \(offset), before its element \(id) does."
    }
  }
}
