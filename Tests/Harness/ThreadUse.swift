import Foundation
package import Glibc

/// The CPU time used by the threads of a process.
package enum ThreadUse {
  /// CPU seconds of a process's live threads by name; threads of the same name are added up.
  package static func cpuSeconds(of pid: pid_t) -> [String: Double] {
    let folder = "/proc/\(pid)/task"
    let threads = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return threads.reduce(into: [:]) { sums, thread in
      guard let name = text("\(folder)/\(thread)/comm"), let use = text("\(folder)/\(thread)/schedstat"),
        let nanoseconds = use.split(separator: " ").first.flatMap({ Double($0) })
      else { return }
      sums[name, default: 0] += nanoseconds / 1e9
    }
  }

  private static func text(_ path: String) -> String? {
    try? String(contentsOfFile: path, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
  }
}
