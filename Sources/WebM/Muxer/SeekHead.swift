/// The SeekHead at the beginning of a file, in a space of fixed size.
///
/// Source: RFC 9559 §5.1.1.
struct SeekHead: Sendable {
  /// An element and its offset from the first byte of the Segment's data.
  struct Entry: Sendable, Equatable {
    var id: ElementID
    var position: UInt64
  }

  /// The space reserved for it: a header of 5 bytes, four entries of 21, and a Void for the rest.
  static let reservedSize = 96

  var entries: [Entry] = []

  /// The element for a space of exactly `total` bytes, followed by the header of a Void for the rest; nil if the space
  /// is too small.
  func bytes(in total: UInt64) -> [UInt8]? {
    // Eight-byte positions can be patched; shortest ones fit the spaces that other programs leave.
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
      // A Void has at least two bytes: a single byte left over lengthens the size.
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

  /// The element and a Void, `reservedSize` bytes together; at most four entries.
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
