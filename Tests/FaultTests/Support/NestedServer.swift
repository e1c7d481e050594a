import Foundation
import Harness

/// An Xephyr: a server that draws into a window of another.
final class NestedServer: Sendable {
  let display: String
  private let program: Program

  init(on outer: String, width: Int, height: Int) async throws {
    let pipe = try Descriptor.pipe()
    program = try Program(
      "Xephyr", ["-displayfd", "3", "-screen", "\(width)x\(height)", "-nolisten", "tcp", "-noreset"],
      environment: ["DISPLAY": outer], descriptors: [3: pipe.writing])
    pipe.writing.close()
    let reading = pipe.reading
    let text: String = await withCheckedContinuation { continuation in
      let thread = Thread {
        var text = ""
        while !text.hasSuffix("\n"), let byte = reading.read(exactly: 1) {
          text += String(decoding: byte, as: UTF8.self)
        }
        continuation.resume(returning: text)
      }
      thread.start()
    }
    guard let number = Int(text.trimmingCharacters(in: .whitespacesAndNewlines)) else {
      throw HarnessError("Xephyr did not start: \(program.errorOutput)")
    }
    display = ":\(number)"
  }
}
