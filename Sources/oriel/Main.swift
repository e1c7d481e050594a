import CLinux
import Dispatch
import Foundation
import Oriel

/// The entry point of the process.
@main enum Main {
  static func main() {
    openStandardDescriptors()
    protectMemory()
    Task {
      let status = await OrielCommand.perform(commandArguments())
      Reporter.finish()
      exit(status)
    }
    dispatchMain()
  }
}

/// Opens `/dev/null` in place of each closed standard descriptor. Otherwise the next file that is opened takes the
/// number, and messages or media are written into it. It is opened read-only, so that a write to it is an error.
private func openStandardDescriptors() {
  for number: Int32 in 0...2 where fcntl(number, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
}

/// Keeps the contents of memory (pictures of the screen, keys, secrets) out of core dumps and away from unprivileged
/// programs of the same user. `ORIEL_CORE_DUMPS=1` turns this off, for debugging.
private func protectMemory() {
  if let text = getenv("ORIEL_CORE_DUMPS"), String(cString: text) == "1" { return }
  var none = rlimit(rlim_cur: 0, rlim_max: 0)
  // A core_pattern that names a program ignores the limit; `oriel_close_memory` makes the process undumpable as well.
  setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
  oriel_close_memory()
}

/// The arguments of the process. `CommandLine.arguments` finds them by their place beside the environment, which a
/// preloaded library may have moved.
private func commandArguments() -> [String] {
  guard let bytes = FileManager.default.contents(atPath: "/proc/self/cmdline"), !bytes.isEmpty else {
    return Array(CommandLine.arguments.dropFirst())
  }
  // Each ends with a zero.
  let words = bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false)
  return words.dropFirst().map { String(pathBytes: $0) }
}
