import Foundation

/// Threads, descriptors and memory of this process.
struct HeldResources {
  var threads: Int
  var descriptors: Int
  /// Resident memory in kB.
  var memory: Int

  static func now() throws -> HeldResources {
    let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")
    return HeldResources(
      threads: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/task").count,
      descriptors: try FileManager.default.contentsOfDirectory(atPath: "/proc/self/fd").count,
      memory: (Int(pages[1]) ?? 0) * 4)
  }

  /// The resources once there are no more threads and descriptors than `before`, or after ten seconds: objects of other threads
  /// end a little later, on a busy machine much later.
  static func settled(atMost before: HeldResources) async throws -> HeldResources {
    let deadline = ContinuousClock.now + .seconds(10)
    while true {
      let now = try HeldResources.now()
      if now.threads <= before.threads, now.descriptors <= before.descriptors { return now }
      guard ContinuousClock.now < deadline else { return now }
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
