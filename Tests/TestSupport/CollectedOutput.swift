import Foundation

/// What a program has written to one of its outputs.
struct CollectedOutput: Sendable {
  var bytes: [UInt8] = []
  var hasEnded = false

  var text: String { String(decoding: bytes, as: UTF8.self) }

  /// Collects what comes out of `descriptor` until its end, on a thread of its own.
  static func collect(from descriptor: Descriptor, into output: Watched<CollectedOutput>) {
    let thread = Thread {
      var buffer = [UInt8](repeating: 0, count: 65536)
      while true {
        let count = buffer.withUnsafeMutableBytes { descriptor.read(into: $0) }
        output.update { output in
          output.bytes += buffer[..<count]
          output.hasEnded = count == 0
        }
        if count == 0 { return }
      }
    }
    thread.name = "output"
    thread.start()
  }
}
