import Foundation
import Glibc

/// The System V shared memory segments of this machine.
enum SharedMemory {
  /// The numbers of the segments that a process has created. Source: proc(5), `/proc/sysvipc/shm`.
  static func segments(of pid: pid_t) -> [Int] {
    let text = (try? String(contentsOfFile: "/proc/sysvipc/shm", encoding: .utf8)) ?? ""
    return text.split(separator: "\n").dropFirst().compactMap { line in
      let fields = line.split(separator: " ").compactMap { Int($0) }
      return fields.count > 4 && fields[4] == Int(pid) ? fields[1] : nil
    }
  }
}
