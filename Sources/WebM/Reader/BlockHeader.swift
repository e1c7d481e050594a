/// The header of a block, before its frames.
///
/// Source: RFC 9559 §10.1 and §10.2.
struct BlockHeader: Equatable {
  /// How frames are laced together.
  enum Lacing: UInt8 { case none, xiph, fixed, ebml }

  var track: Int
  /// Relative to its cluster, in units of the TimestampScale.
  var relativeTimestamp: Int16
  /// Meaningful in a SimpleBlock only.
  var isKeyFrame: Bool
  var lacing: Lacing
  /// Bytes of the header.
  var length: Int

  /// The longest header, in bytes.
  static let maximumLength = 11

  /// Reads the header in the `count` bytes at `index`.
  /// - Throws: `WebMError.invalidBlock` when it does not fit or its track number is 0.
  init(_ bytes: Span<UInt8>, at index: Int, count: Int, offset: UInt64) throws(WebMError) {
    let invalid = WebMError.invalidBlock(offset: offset)
    guard count >= 4 && index >= 0 && count <= bytes.count - index,
      bytes[index] != 0,
      let number = try VINT.parse(bytes, at: index, maximumLength: 8, offset: offset),
      number.value > 0, number.length + 3 <= count
    else { throw invalid }
    track = Int(number.value)
    let fixed = index + number.length
    relativeTimestamp = Int16(bitPattern: UInt16(bytes[fixed]) << 8 | UInt16(bytes[fixed + 1]))
    let flags = bytes[fixed + 2]
    isKeyFrame = flags & 0x80 != 0
    guard let lacing = Lacing(rawValue: flags >> 1 & 3) else { throw invalid }
    self.lacing = lacing
    length = number.length + 3
  }
}
