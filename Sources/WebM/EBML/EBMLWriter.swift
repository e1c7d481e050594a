/// Writes EBML elements into a byte array.
///
/// Source: RFC 8794 §4 to §7.
struct EBMLWriter {
  /// The bytes written so far.
  private(set) var bytes: [UInt8] = []

  /// An element's identifier alone.
  mutating func id(_ id: ElementID) { bigEndian(UInt64(id.rawValue), length: id.length) }

  /// A size in the fewest bytes, or in `length` of them if it will be patched later.
  mutating func size(_ size: UInt64, length: Int? = nil) {
    let length = length ?? VINT.length(ofSize: size)
    bigEndian(size | 1 << (7 * UInt64(length)), length: length)
  }

  /// The unknown size in eight bytes, so that a known one can replace it.
  mutating func unknownSize() { size(VINT.allOnes(length: 8), length: 8) }

  /// An unsigned integer in the fewest bytes, at least one, or in `length` of them.
  mutating func unsigned(_ id: ElementID, _ value: UInt64, length: Int? = nil) {
    let length = length ?? max(1, (71 - value.leadingZeroBitCount) / 8)
    self.id(id)
    size(UInt64(length))
    bigEndian(value, length: length)
  }

  /// A signed integer in the fewest bytes, two's complement.
  mutating func signed(_ id: ElementID, _ value: Int64) {
    let magnitude = UInt64(bitPattern: value < 0 ? ~value : value)
    let length = (72 - magnitude.leadingZeroBitCount) / 8
    self.id(id)
    size(UInt64(length))
    bigEndian(UInt64(bitPattern: value), length: length)
  }

  /// A 64-bit IEEE 754 number.
  mutating func float(_ id: ElementID, _ value: Double) {
    self.id(id)
    size(8)
    bigEndian(value.bitPattern, length: 8)
  }

  /// A date: nanoseconds since 2001-01-01T00:00:00 UTC.
  mutating func date(_ id: ElementID, _ nanoseconds: Int64) {
    self.id(id)
    size(8)
    bigEndian(UInt64(bitPattern: nanoseconds), length: 8)
  }

  /// A UTF-8 string, without a terminator.
  mutating func string(_ id: ElementID, _ value: String) { binary(id, Array(value.utf8)) }

  /// A binary element.
  mutating func binary(_ id: ElementID, _ value: [UInt8]) {
    self.id(id)
    size(UInt64(value.count))
    bytes += value
  }

  /// Elements already encoded.
  mutating func raw(_ elements: some Sequence<UInt8>) { bytes += elements }

  /// A master element that contains the elements that `body` writes.
  mutating func master(_ id: ElementID, _ body: (inout EBMLWriter) -> Void) {
    var children = EBMLWriter()
    body(&children)
    binary(id, children.bytes)
  }

  /// A Void element of `total` bytes, header included; at least 2.
  mutating func void(total: Int) {
    let start = bytes.count
    voidHeader(total: UInt64(total))
    bytes += [UInt8](repeating: 0, count: total - (bytes.count - start))
  }

  /// The identifier and size of a Void of `total` bytes, header included; at least 2. The bytes that follow may have
  /// any value.
  mutating func voidHeader(total: UInt64) {
    id(.void)
    let sizeLength = total <= 128 ? 1 : 8
    size(total - 1 - UInt64(sizeLength), length: sizeLength)
  }

  /// The lowest `length` bytes of `value`, big-endian.
  mutating func bigEndian(_ value: UInt64, length: Int) {
    for i in stride(from: length - 1, through: 0, by: -1) { bytes.append(UInt8(truncatingIfNeeded: value >> (8 * i))) }
  }
}
