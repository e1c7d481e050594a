public import Glibc

/// How a program ended.
public struct ProgramExit: Sendable {
  public enum Reason: Sendable, Equatable, CustomStringConvertible {
    case exited(Int32)
    case signalled(Int32)

    public var description: String {
      switch self {
      case .exited(let status): "exit status \(status)"
      case .signalled(let signal): "signal \(signal)"
      }
    }
  }

  public let reason: Reason
  /// User and system time of the program and of the descendants it waited for, in seconds, to the microsecond.
  public let cpuSeconds: Double
  /// Processes of its group that were alive when the program ended. They have been ended too.
  public let leftBehind: [pid_t]

  /// The exit status; nil when a signal ended the program.
  public var status: Int32? {
    if case .exited(let status) = reason { status } else { nil }
  }
}
