package import Glibc

/// What a process and its descendants have used so far.
package struct ResourceUse: Sendable {
  /// User and system time of all threads of all the processes, in seconds.
  package var cpuSeconds: Double
  /// The sum of the processes' largest resident sets (`VmHWM`), in bytes. Memory they share counts for each of them.
  package var peakResidentBytes: Int

  /// What the live tree under `root` has used: its descendants and the members of its process group.
  ///
  /// Excludes processes that ended without being waited for, and those that left both tree and group.
  package init(ofTree root: pid_t) {
    let all = ProcessStatus.all
    var members = Set([root])
    var grew = true
    while grew {
      grew = false
      for process in all where !members.contains(process.pid) {
        if members.contains(process.parent) || process.group == root {
          members.insert(process.pid)
          grew = true
        }
      }
    }
    let tree = all.filter { members.contains($0.pid) }
    cpuSeconds = tree.reduce(0) { $0 + $1.cpuSeconds }
    peakResidentBytes = tree.reduce(0) { $0 + $1.peakResidentBytes }
  }
}
