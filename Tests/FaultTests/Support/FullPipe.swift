import Glibc
import Harness

/// A pipe that is full, and that nobody reads for now.
struct FullPipe {
  let reading: Descriptor
  let writing: Descriptor

  /// `F_SETPIPE_SZ`, which Swift does not see. Source: fcntl(2), Linux's `fcntl.h`.
  private static let setSize: Int32 = 1031
  private static let size: Int32 = 4096

  /// - Parameter isBlocking: whether who writes waits, or is told to come back.
  init(isBlocking: Bool = true) throws {
    (reading, writing) = try Descriptor.pipe()
    guard fcntl(writing.number, Self.setSize, Self.size) == Self.size else { throw HarnessError("F_SETPIPE_SZ") }
    let padding = [UInt8](repeating: UInt8(ascii: "\n"), count: Int(Self.size))
    guard write(writing.number, padding, padding.count) == padding.count else {
      throw HarnessError("the pipe is short")
    }
    if !isBlocking { _ = fcntl(writing.number, F_SETFL, O_NONBLOCK) }
  }

  /// Everything up to the end, once the writers are gone.
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
