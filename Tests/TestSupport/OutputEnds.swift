import Foundation
import Glibc

/// One output of a program: the end that it writes to, and the end that this process reads, unless it goes to a file.
struct OutputEnds {
  let writing: Descriptor
  let reading: Descriptor?
  let isCollected: Bool

  var stream: Descriptor? { isCollected ? nil : reading }

  init(_ output: Program.Output) throws {
    switch output {
    case .collected, .streamed:
      let pipe = try Descriptor.pipe()
      (writing, reading) = (pipe.writing, pipe.reading)
    case .file(let url):
      let number = open(url.path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
      guard number >= 0 else { throw HarnessError("\(url.path): \(String(cString: strerror(errno)))") }
      (writing, reading) = (Descriptor(owning: number), nil)
    }
    if case .collected = output { isCollected = true } else { isCollected = false }
  }
}
