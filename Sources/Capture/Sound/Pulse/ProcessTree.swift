import Glibc

/// Who started whom, as `/proc` tells.
enum ProcessTree {
  /// Whether `process` is `ancestor` or descends from it.
  static func isProcess(_ process: Int, in ancestor: Int) -> Bool {
    var process = process
    // Bounded, for the tree changes while it is read.
    for _ in 0..<128 {
      if process == ancestor { return true }
      guard process > 1, let parent = parent(of: process) else { return false }
      process = parent
    }
    return false
  }

  /// Nil when there is no such process.
  static func parent(of process: Int) -> Int? {
    let file = open("/proc/\(process)/stat", O_RDONLY | O_CLOEXEC)
    guard file >= 0 else { return nil }
    defer { close(file) }
    return withUnsafeTemporaryAllocation(byteCount: 1024, alignment: 1) { buffer -> Int? in
      let count = Glibc.read(file, buffer.baseAddress, buffer.count)
      guard count > 0 else { return nil }
      let text = String(decoding: buffer[..<count], as: UTF8.self)
      // The name in parentheses may be anything; the state and the parent come after it.
      guard let end = text.lastIndex(of: ")") else { return nil }
      let fields = text[text.index(after: end)...].split(separator: " ", maxSplits: 2)
      return fields.count > 1 ? Int(fields[1]) : nil
    }
  }
}
