import Glibc
import Harness

/// A full pipe that is not read until `readToEnd`.
struct FullPipe {
  let reading: Descriptor
  let writing: Descriptor

  /// `F_SETPIPE_SZ`, which Swift does not import. Source: fcntl(2), Linux's `fcntl.h`.
  private static let setSize: Int32 = 1031
  private static let size: Int32 = 4096

  /// - Parameter isBlocking: whether a write waits, or fails with `EAGAIN`.
  init(isBlocking: Bool = true) throws {
    (reading, writing) = try Descriptor.pipe()
    guard fcntl(writing.number, Self.setSize, Self.size) == Self.size else { throw HarnessError("F_SETPIPE_SZ") }
    let padding = [UInt8](repeating: UInt8(ascii: "\n"), count: Int(Self.size))
    guard write(writing.number, padding, padding.count) == padding.count else {
      throw HarnessError("the pipe is short")
    }
    if !isBlocking { _ = fcntl(writing.number, F_SETFL, O_NONBLOCK) }
  }

  /// Reads everything until all writers have closed the pipe.
  func readToEnd() -> String {
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while true {
      let count = buffer.withUnsafeMutableBytes { reading.read(into: $0) }
      if count == 0 { return String(decoding: text, as: UTF8.self) }
      text += buffer[..<count]
    }
  }
}
