import WebM

/// A file in memory that applies a muxer's output.
struct MemoryFile {
  private(set) var bytes: [UInt8] = []
  private(set) var patches = 0

  mutating func apply(_ outputs: [WebMOutput]) {
    for output in outputs {
      switch output {
      case .append(let added): bytes += added
      case .patch(let offset, let patch):
        patches += 1
        bytes.replaceSubrange(Int(offset)..<Int(offset) + patch.count, with: patch)
      }
    }
  }
}
