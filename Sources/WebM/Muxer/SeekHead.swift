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

  /// The element in a space of exactly `total` bytes, without what stands in the Void behind it; nil where it is too
  /// small.
  func bytes(in total: UInt64) -> [UInt8]? {
    // Positions of eight bytes leave room for a patch; those of the fewest bytes fit other programs' spaces.
    for positionLength in [8, nil] as [Int?] {
      var children = EBMLWriter()
      for entry in entries {
        children.master(.seek) { seek in
          var id = EBMLWriter()
          id.id(entry.id)
          seek.binary(.seekID, id.bytes)
          seek.unsigned(.seekPosition, entry.position, length: positionLength)
        }
      }
      let size = UInt64(children.bytes.count)
      // A Void takes two bytes at least: a single byte left over goes into the size.
      for sizeLength in VINT.length(ofSize: size)...8 {
        let used = 4 + UInt64(sizeLength) + size
        guard used <= total, total - used != 1 else { continue }
        var writer = EBMLWriter()
        writer.id(.seekHead)
        writer.size(size, length: sizeLength)
        writer.raw(children.bytes)
        if total > used { writer.voidHeader(total: total - used) }
        return writer.bytes
      }
    }
    return nil
  }

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
