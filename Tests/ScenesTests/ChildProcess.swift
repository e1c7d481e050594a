import Glibc
import Synchronization

/// A program started with no signal blocked, its outputs read through pipes; ended and waited for with the object.
///
/// Foundation's `Process` hands on the signal mask of the thread that starts it; on the threads tests run on, SIGTERM is
/// blocked.
final class ChildProcess {
  struct Failure: Error {
    let program: String
    let status: Int32
  }

  // Keeps one child from inheriting the ends of another's pipes.
  private static let starting = Mutex(())

  private let pid: pid_t
  private let output: Int32
  private let errors: Int32
  private var status: Int32?

  /// - Parameter program: a path, or a name to look for in `PATH`.
  init(_ program: String, _ arguments: [String]) throws {
    (pid, output, errors) = try Self.starting.withLock { _ in try Self.start(program, arguments) }
  }

  deinit {
    if status == nil {
      end()
      wait()
    }
    close(output)
    close(errors)
  }

  /// Asks it to end, by SIGTERM.
  func end() { kill(pid, SIGTERM) }

  /// Waits for its end: its exit status, or minus the signal that ended it.
  @discardableResult
  func wait() -> Int32 {
    if let status { return status }
    var raw: Int32 = 0
    while waitpid(pid, &raw, 0) < 0, errno == EINTR {}
    let ended = raw & 0x7F == 0 ? raw >> 8 & 0xFF : -(raw & 0x7F)
    status = ended
    return ended
  }

  /// Whether it still runs.
  var isRunning: Bool { status == nil && kill(pid, 0) == 0 }

  /// The next line of its output without the line's end; nil when there is none.
  func readLine() -> String? {
    var line: [UInt8] = []
    var byte: UInt8 = 0
    while read(output, &byte, 1) == 1 {
      if byte == UInt8(ascii: "\n") { return String(decoding: line, as: UTF8.self) }
      line.append(byte)
    }
    return nil
  }

  /// All it says on standard error until it ends.
  func readErrors() -> String {
    var text: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 4096)
    while case let count = read(errors, &chunk, chunk.count), count > 0 { text += chunk[..<count] }
    return String(decoding: text, as: UTF8.self)
  }

  private static func start(_ program: String, _ arguments: [String]) throws -> (pid_t, Int32, Int32) {
    var output: [Int32] = [-1, -1]
    var errors: [Int32] = [-1, -1]
    pipe(&output)
    pipe(&errors)
    for end in output + errors { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    var files = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&files)
    posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0)
    posix_spawn_file_actions_adddup2(&files, output[1], 1)
    posix_spawn_file_actions_adddup2(&files, errors[1], 2)
    var attributes = posix_spawnattr_t()
    var none = sigset_t()
    sigemptyset(&none)
    posix_spawnattr_init(&attributes)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
    var words: [UnsafeMutablePointer<CChar>?] = ([program] + arguments).map { strdup($0) } + [nil]
    var pid: pid_t = 0
    let status = posix_spawnp(&pid, program, &files, &attributes, &words, environ)
    for word in words { free(word) }
    posix_spawnattr_destroy(&attributes)
    posix_spawn_file_actions_destroy(&files)
    close(output[1])
    close(errors[1])
    guard status == 0 else {
      close(output[0])
      close(errors[0])
      throw Failure(program: program, status: status)
    }
    return (pid, output[0], errors[0])
  }
}
