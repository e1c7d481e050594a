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

/// The sizes of the frames in a laced block.
///
/// Source: RFC 9559 §10.3.
struct LaceSizes: Equatable {
  /// Bytes of each frame, 1 to 256 of them.
  var sizes: [UInt64]
  /// Bytes of the sizes, before the first frame.
  var length: Int
}

extension LaceSizes {
  /// Reads the sizes after a block's header.
  /// - Parameters:
  ///   - bytes: of the block after its header, at most `WebMLimits.lacing` of them.
  ///   - total: the size of the block without its header.
  /// - Throws: `WebMError.invalidBlock` when the sizes do not add up.
  init(_ bytes: Span<UInt8>, total: UInt64, lacing: BlockHeader.Lacing, offset: UInt64) throws(WebMError) {
    guard lacing != .none else {
      sizes = [total]
      length = 0
      return
    }
    let invalid = WebMError.invalidBlock(offset: offset)
    guard bytes.count > 0 else { throw invalid }
    let count = Int(bytes[0]) + 1
    sizes = []
    length = 1
    switch lacing {
    case .none: break
    case .fixed:
      let each = (total - 1) / UInt64(count)
      guard each * UInt64(count) == total - 1 else { throw invalid }
      sizes = [UInt64](repeating: each, count: count)
      return
    case .xiph:
      for _ in 1..<count {
        var size: UInt64 = 0
        var last: UInt8 = 255
        while last == 255 {
          guard length < bytes.count else { throw invalid }
          last = bytes[length]
          size += UInt64(last)
          length += 1
        }
        sizes.append(size)
      }
    case .ebml:
      for i in 0..<count - 1 {
        guard let vint = try VINT.parse(bytes, at: length, maximumLength: 8, offset: offset) else { throw invalid }
        length += vint.length
        guard let previous = sizes.last, i > 0 else {
          sizes.append(vint.value)
          continue
        }
        // The difference from the previous frame's size, stored with an offset of half the range.
        let difference = Int64(vint.value) - Int64(VINT.allOnes(length: vint.length) >> 1)
        let size = Int64(previous) + difference
        guard size >= 0 && UInt64(size) <= total else { throw invalid }
        sizes.append(UInt64(size))
      }
    }
    // Each is below 2⁵⁶ and there are at most 255, but the first has not been compared yet: avoid overflow.
    var used = UInt64(length)
    for size in sizes {
      guard used <= total && size <= total - used else { throw invalid }
      used += size
    }
    guard used <= total else { throw invalid }
    sizes.append(total - used)
  }
}
