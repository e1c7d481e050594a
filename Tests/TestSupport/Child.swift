import Glibc
import Synchronization

/// A child process from its start until it has been waited for. Its reaper thread keeps it alive.
final class Child: Sendable {
  let pid: pid_t
  let exit = Watched<ProgramExit?>(nil)
  private let isReaped = Mutex(false)

  init(pid: pid_t) {
    self.pid = pid
  }

  /// Signals the process, or its whole group. Does nothing once it has been waited for: its number may be in use again.
  func signal(_ signal: Int32, group: Bool) {
    isReaped.withLock { isReaped in
      if !isReaped { _ = kill(group ? -pid : pid, signal) }
    }
  }

  /// Ends the process and its group at once, and returns when they are gone; after 2 s in any case.
  func end() {
    signal(SIGKILL, group: true)
    for _ in 0..<1000 {
      if exit.current != nil, ProcessGroup.living(pid).isEmpty { return }
      usleep(2000)
    }
  }

  /// Waits for the end of the process, ends what is left of its group, and collects it. For a thread of its own.
  func reap() {
    var info = siginfo_t()
    while waitid(P_PID, id_t(pid), &info, WEXITED | WNOWAIT) != 0 && errno == EINTR {}
    // Until the process is collected its number is not reused, so the group is its own.
    let leftBehind = ProcessGroup.living(pid).filter { $0 != pid }
    kill(-pid, SIGKILL)
    var status: Int32 = 0
    var usage = rusage()
    isReaped.withLock { isReaped in
      while wait4(pid, &status, 0, &usage) < 0 && errno == EINTR {}
      isReaped = true
    }
    let signal = status & 0x7f
    let times = [usage.ru_utime, usage.ru_stime]
    let result = ProgramExit(
      reason: signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal),
      cpuSeconds: times.reduce(0) { $0 + Double($1.tv_sec) + Double($1.tv_usec) / 1e6 },
      leftBehind: leftBehind)
    exit.update { $0 = result }
  }
}
