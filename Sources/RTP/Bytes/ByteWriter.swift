/// Writes big-endian numbers in sequence into a buffer that the caller owns and keeps valid.
///
/// Callers know what fits: writing past the end is a programming error and traps.
struct ByteWriter {
  let buffer: UnsafeMutableRawBufferPointer
  /// Bytes written.
  private(set) var count = 0

  init(_ buffer: UnsafeMutableRawBufferPointer) { self.buffer = buffer }

  /// The free bytes.
  var room: Int { buffer.count - count }

  /// Reserves the next `size` bytes, which count as written.
  @inline(__always)
  private mutating func take(_ size: Int) -> UnsafeMutableRawPointer {
    precondition(size >= 0 && size <= buffer.count - count)
    defer { count += size }
    // Nil only for an empty buffer with a size of 0, which no caller passes.
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

  /// Removes the last bytes.
  mutating func removeLast(_ size: Int) {
    precondition(size >= 0 && size <= count)
    count -= size
  }

  /// Sets bits of a byte already written.
  @inline(__always)
  func setBits(_ bits: UInt8, at offset: Int) {
    precondition(offset >= 0 && offset < count)
    buffer[offset] |= bits
  }

  /// Overwrites two bytes already written.
  @inline(__always)
  func replace(at offset: Int, with value: UInt16) {
    precondition(offset >= 0 && offset <= count - 2)
    buffer.storeBytes(of: value.bigEndian, toByteOffset: offset, as: UInt16.self)
  }
}
