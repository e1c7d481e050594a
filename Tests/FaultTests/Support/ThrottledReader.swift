import Foundation
import Harness
import Media

/// Reads a pipe at 20 kB/s into a file; at full speed after `hurry`.
final class ThrottledReader: Sendable {
  private let isHurried = Monitor(false)
  private let hasEnded = Monitor(false)

  init(of stream: Descriptor, into file: URL) {
    let thread = Thread { [isHurried, hasEnded] in
      _ = FileManager.default.createFile(atPath: file.path, contents: nil)
      let output = try? FileHandle(forWritingTo: file)
      var buffer = [UInt8](repeating: 0, count: 1 << 20)
      while true {
        // Waits for 100 ms, unless `hurry` is called.
        let isFast = isHurried.wait(until: .now + .milliseconds(100)) { $0 ? true : nil } ?? false
        let count = buffer.withUnsafeMutableBytes {
          stream.read(into: UnsafeMutableRawBufferPointer(rebasing: $0.prefix(isFast ? $0.count : 2000)))
        }
        if count == 0 { break }
        try? output?.write(contentsOf: buffer[..<count])
      }
      try? output?.close()
      hasEnded.update { $0 = true }
    }
    thread.name = "throttled"
    thread.start()
  }

  func hurry() { isHurried.update { $0 = true } }

  /// Waits for the end of the pipe.
  func end() async throws {
    try await eventually("the end of the pipe") { hasEnded.withLock { $0 } }
  }
}
