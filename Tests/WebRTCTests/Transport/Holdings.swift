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

  /// What is held once there are no more threads and descriptors than `before`, or after ten seconds: what ends on its own thread
  /// takes a moment, on a busy machine a long one.
  static func settled(atMost before: Holdings) async throws -> Holdings {
    let deadline = ContinuousClock.now + .seconds(10)
    while true {
      let now = try Holdings.now()
      if now.threads <= before.threads, now.descriptors <= before.descriptors { return now }
      guard ContinuousClock.now < deadline else { return now }
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
