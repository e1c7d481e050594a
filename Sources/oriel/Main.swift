import CLinux
import Dispatch
import Foundation
import Oriel

/// Where the process begins.
@main enum Main {
  static func main() {
    openStandardDescriptors()
    closeMemory()
    Task {
      let status = await OrielCommand.perform(commandArguments())
      Reporter.finish()
      exit(status)
    }
    dispatchMain()
  }
}

/// Puts something in the place of standard descriptors that are closed, before anything else opens one and gets what was said
/// or recorded written into it. It can only be read: what cannot be written is to be an error.
private func openStandardDescriptors() {
  for number: Int32 in 0...2 where fcntl(number, F_GETFD) < 0 { _ = open("/dev/null", O_RDONLY) }
}

/// Keeps what is in memory, the screen, keys and secrets, out of core dumps, and from other programs of the same user that are
/// allowed no more than it. `ORIEL_CORE_DUMPS=1` leaves it open, for who looks for a fault.
private func closeMemory() {
  if let text = getenv("ORIEL_CORE_DUMPS"), String(cString: text) == "1" { return }
  var none = rlimit(rlim_cur: 0, rlim_max: 0)
  // A handler of core dumps that is a program (core_pattern) is started all the same, unless the process cannot be dumped.
  setrlimit(__rlimit_resource_t(RLIMIT_CORE.rawValue), &none)
  oriel_close_memory()
}

/// The arguments as the process got them. Swift's own look for them beside the environment, which a library that was loaded
/// before may have moved.
private func commandArguments() -> [String] {
  guard let bytes = FileManager.default.contents(atPath: "/proc/self/cmdline"), !bytes.isEmpty else {
    return Array(CommandLine.arguments.dropFirst())
  }
  // Each ends with a zero.
  let words = bytes.dropLast().split(separator: 0, omittingEmptySubsequences: false)
  return words.dropFirst().map { String(pathBytes: $0) }
}
