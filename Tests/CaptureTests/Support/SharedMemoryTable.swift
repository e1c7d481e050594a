import Foundation

/// The kernel's list of System V shared memory.
enum SharedMemoryTable {
  struct Segment {
    /// Whether the kernel frees it when the last process detaches it (SHM_DEST).
    var isMarkedForRemoval: Bool
  }

  /// The segments that `process` created.
  static func segments(of process: pid_t) throws -> [Segment] {
    let table = try String(contentsOfFile: "/proc/sysvipc/shm", encoding: .utf8)
    return table.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: " ")
      guard fields.count > 4, pid_t(fields[4]) == process, let mode = Int(fields[2], radix: 8) else { return nil }
      return Segment(isMarkedForRemoval: mode & 0o1000 != 0)
    }
  }
}
