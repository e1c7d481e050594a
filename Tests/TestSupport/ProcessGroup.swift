package import Glibc

/// The processes that a program started and that stayed in its process group.
package enum ProcessGroup {
  /// The group's living processes, without zombies.
  package static func living(_ group: pid_t) -> [pid_t] {
    ProcessStatus.all.filter { $0.group == group && !$0.isZombie }.map(\.pid)
  }
}
