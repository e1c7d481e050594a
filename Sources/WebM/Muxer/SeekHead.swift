/// The table of contents at a file's front, in a space of fixed size.
///
/// Source: RFC 9559 §5.1.1.
struct SeekHead: Sendable {
  /// One place: which element, and its offset from the first byte of the Segment's data.
  struct Entry: Sendable, Equatable {
    var id: ElementID
    var position: UInt64
  }

  /// The space kept for it: four entries of 21 bytes behind a header of 5, and a Void to fill what is left.
  static let reservedSize = 96

  var entries: [Entry] = []

  /// The element and the Void that fills `reservedSize` bytes; at most four entries.
  var reservedBytes: [UInt8] {
    var writer = EBMLWriter()
    writer.master(.seekHead) { head in
      for entry in entries {
        head.master(.seek) { seek in
          var id = EBMLWriter()
          id.id(entry.id)
          seek.binary(.seekID, id.bytes)
          seek.unsigned(.seekPosition, entry.position, length: 8)
        }
      }
    }
    writer.void(total: SeekHead.reservedSize - writer.bytes.count)
    return writer.bytes
  }
}
