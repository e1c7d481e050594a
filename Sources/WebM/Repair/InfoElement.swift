import Media

/// The Info element of a file, with a new Duration.
///
/// Source: RFC 9559 §5.1.2.
struct InfoElement {
  /// The elements before and after the Duration, unchanged.
  private var before: [UInt8] = []
  private var after: [UInt8] = []

  /// For a file that has none; its TimestampScale is the default.
  init() {
    var writer = EBMLWriter()
    writer.string(.muxingApp, orielName)
    writer.string(.writingApp, orielName)
    before = writer.bytes
  }

  /// Keeps all of the element's `data` except Duration, Void and CRC-32, which would be wrong.
  init(_ data: [UInt8], base: UInt64, limits: EBMLLimits) throws(WebMError) {
    var cursor = EBMLCursor(data.indices, base: base, limits: limits)
    var hasPlace = false
    while let child = try cursor.next(in: data.span) {
      if child.id == .duration || child.id == .void || child.id == .crc32 {
        hasPlace = hasPlace || child.id != .crc32
        continue
      }
      let bytes = data[Int(child.offset - base)..<child.range.upperBound]
      if hasPlace { after += bytes } else { before += bytes }
    }
  }

  /// The data with a Duration of `ticks` timestamp units, of any length.
  func data(duration ticks: Double) -> [UInt8] {
    var writer = EBMLWriter()
    writer.raw(before)
    writer.float(.duration, ticks)
    writer.raw(after)
    return writer.bytes
  }

  /// The same in exactly `count` bytes, filled with a Void; nil if they are too few.
  func data(duration ticks: Double, count: Int) -> [UInt8]? {
    let room = count - before.count - after.count
    // A Void has at least two bytes: a single byte left over lengthens the Duration's size.
    for (valueLength, sizeLength) in [(8, 1), (8, 2), (4, 1), (4, 2)] {
      let used = 2 + sizeLength + valueLength
      guard used <= room, room - used != 1 else { continue }
      var writer = EBMLWriter()
      writer.raw(before)
      writer.id(.duration)
      writer.size(UInt64(valueLength), length: sizeLength)
      let bits = valueLength == 8 ? ticks.bitPattern : UInt64(Float(ticks).bitPattern)
      writer.bigEndian(bits, length: valueLength)
      if room > used { writer.void(total: room - used) }
      writer.raw(after)
      return writer.bytes
    }
    return nil
  }
}
