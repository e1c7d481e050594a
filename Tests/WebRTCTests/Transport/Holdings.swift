import Foundation

/// What this process holds.
struct Holdings {
  var threads: Int
  var descriptors: Int
  /// Resident memory in kB.
  var memory: Int

  static func now() throws -> Holdings {
    let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    return Holdings(
      threads: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count,
      descriptors: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count,
      memory: (Int(pages[1]) ?? 0) * 4)
  }
}
