/// Writes big-endian numbers one after the other into a buffer that its user owns and keeps valid.
///
/// Writing past the end is a mistake of the caller, who knows what fits, and traps.
struct ByteWriter {
  let buffer: UnsafeMutableRawBufferPointer
  /// Bytes written.
  private(set) var count = 0

  init(_ buffer: UnsafeMutableRawBufferPointer) { self.buffer = buffer }

  /// Bytes that still fit.
  var room: Int { buffer.count - count }

  /// Where the next `size` bytes go; they count as written.
  @inline(__always)
  private mutating func take(_ size: Int) -> UnsafeMutableRawPointer {
    precondition(size >= 0 && size <= buffer.count - count)
    defer { count += size }
    // Not nil, unless nothing fits and nothing is taken, which no caller does.
    return buffer.baseAddress.unsafelyUnwrapped + count
  }

  @inline(__always)
  mutating func append(_ value: UInt8) { take(1).storeBytes(of: value, as: UInt8.self) }

  @inline(__always)
  mutating func append(_ value: UInt16) { take(2).storeBytes(of: value.bigEndian, as: UInt16.self) }

  @inline(__always)
  mutating func append(_ value: UInt32) { take(4).storeBytes(of: value.bigEndian, as: UInt32.self) }

  @inline(__always)
  mutating func append(_ value: UInt64) { take(8).storeBytes(of: value.bigEndian, as: UInt64.self) }

  /// The low 24 bits of a number.
  @inline(__always)
  mutating func append24(_ value: UInt32) {
    append(UInt8(truncatingIfNeeded: value >> 16))
    append(UInt16(truncatingIfNeeded: value))
  }

  mutating func append(_ value: SSRC) { append(value.rawValue) }

  @inline(__always)
  mutating func append(_ bytes: UnsafeRawBufferPointer) {
    guard let start = bytes.baseAddress, bytes.count > 0 else { return }
    take(bytes.count).copyMemory(from: start, byteCount: bytes.count)
  }

  mutating func append(_ bytes: [UInt8]) { bytes.withUnsafeBytes { append($0) } }

  mutating func append(zeros: Int) {
    guard zeros > 0 else { return }
    take(zeros).initializeMemory(as: UInt8.self, repeating: 0, count: zeros)
  }

  /// Takes back the last bytes.
  mutating func removeLast(_ size: Int) {
    precondition(size >= 0 && size <= count)
    count -= size
  }

  /// Sets bits of a byte that is already there.
  @inline(__always)
  func setBits(_ bits: UInt8, at offset: Int) {
    precondition(offset >= 0 && offset < count)
    buffer[offset] |= bits
  }

  /// Writes a number where others already are.
  @inline(__always)
  func replace(at offset: Int, with value: UInt16) {
    precondition(offset >= 0 && offset <= count - 2)
    buffer.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt16.self)
  }
}
