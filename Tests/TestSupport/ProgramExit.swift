package import Glibc

/// How a program ended.
package struct ProgramExit: Sendable {
  package enum Reason: Sendable, Equatable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)

    package var description: String {
      switch self {
      case .exited(let status): "exit status \(status)"
      case .signalled(let signal): "signal \(signal)"
      }
    }
  }

  package let reason: Reason
  /// User and system time of the program and of the descendants it waited for, in seconds, to the microsecond.
  package let cpuSeconds: Double
  /// Processes of its group that were alive when the program ended. They have been ended too.
  package let leftBehind: [pid_t]

  /// The exit status; nil when a signal ended the program.
  package var status: Int32? {
    if case .exited(let status) = reason { status } else { nil }
  }
}
