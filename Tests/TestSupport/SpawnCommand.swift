import Foundation
import Glibc

/// A command for `posix_spawn`.
struct SpawnCommand {
  var executable: String
  var arguments: [String]
  var environment: [String: String] = [:]
  var directory: URL?
  /// This process's descriptors, by their number in the program.
  var descriptors: [Int32: Int32] = [:]

  init(executable: String, arguments: [String]) {
    self.executable = executable
    self.arguments = arguments
  }

  /// Starts the program in its own process group, with default signal handlers, no blocked signals and an empty standard input.
  func spawn() throws -> pid_t {
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0)
    // The duplicates are above all requested numbers, so that no `dup2` overwrites the source of another.
    let highest = descriptors.keys.reduce(STDERR_FILENO, max)
    var sources: [Descriptor] = []
    for (number, source) in descriptors {
      let duplicate = fcntl(source, F_DUPFD_CLOEXEC, highest + 1)
      guard duplicate >= 0 else { throw HarnessError("fcntl: \(String(cString: strerror(errno)))") }
      sources.append(Descriptor(owning: duplicate))
      posix_spawn_file_actions_adddup2(&actions, duplicate, number)
    }
    _ = GNUExtensions.addCloseFrom(&actions, highest + 1)
    if let directory { _ = GNUExtensions.addChangeDirectory(&actions, directory.path) }

    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    posix_spawnattr_setflags(
      &attributes, Int16(POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK))
    posix_spawnattr_setpgroup(&attributes, 0)
    var signals = sigset_t()
    sigemptyset(&signals)
    posix_spawnattr_setsigmask(&attributes, &signals)
    for signal in [SIGHUP, SIGINT, SIGQUIT, SIGPIPE, SIGTERM, SIGUSR1, SIGUSR2] { sigaddset(&signals, signal) }
    posix_spawnattr_setsigdefault(&attributes, &signals)

    var argv = ([executable] + arguments).map { strdup($0) } + [nil]
    var envp = environment.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { (argv + envp).forEach { free($0) } }
    var pid: pid_t = 0
    let status = withExtendedLifetime(sources) {
      posix_spawnp(&pid, executable, &actions, &attributes, &argv, &envp)
    }
    guard status == 0 else { throw HarnessError("\(executable): \(String(cString: strerror(status)))") }
    return pid
  }
}
