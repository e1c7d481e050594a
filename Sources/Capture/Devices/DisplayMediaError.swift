import Glibc
import Media

/// Why a display or sound cannot be captured: one sentence that says what failed, on what, and what to do.
public struct DisplayMediaError: Error, Sendable, Equatable, CustomStringConvertible {
  /// The W3C's names. Source: Screen Capture, `getDisplayMedia`; Media Capture and Streams, `getUserMedia`.
  public enum Name: String, Sendable {
    case notFound = "NotFoundError"
    case notReadable = "NotReadableError"
    case type = "TypeError"
    case overconstrained = "OverconstrainedError"
  }

  /// The cause, for programs; several causes share a W3C name.
  public enum Reason: Sendable, Equatable {
    /// No X server answers.
    case displayUnreachable
    /// The X server cannot be captured from.
    case displayUnsupported
    /// There is no such monitor, or the region is not on the screen.
    case surfaceNotFound
    /// The window is one of the excluded ones.
    case surfaceExcluded
    /// No sound server answers.
    case soundServerUnreachable
    /// The sound server has no such source, or none of the requested kind.
    case soundSourceNotFound
    /// The sound server does not let the source be recorded.
    case soundSourceUnreadable
    /// An option's value is not valid.
    case invalidOption
  }

  public let name: Name
  public let reason: Reason
  public let message: String
  /// Of an `OverconstrainedError`, the constraint that cannot be fulfilled, such as `width`.
  public let constraint: String?

  public init(name: Name, reason: Reason, message: String, constraint: String? = nil) {
    self.name = name
    self.reason = reason
    self.message = message
    self.constraint = constraint
  }

  public var description: String { "\(name.rawValue): \(message)" }
}

extension DisplayMediaError {
  static func unreachable(_ display: String?) -> DisplayMediaError {
    let wanted = display ?? environment("DISPLAY") ?? ""
    return DisplayMediaError(
      name: .notReadable, reason: .displayUnreachable,
      message: wanted.isEmpty ? noDisplayNamed : "cannot connect to X display \(printable(wanted)); \(connectionAdvice)"
    )
  }

  private static var noDisplayNamed: String {
    if environment("WAYLAND_DISPLAY") != nil {
      return "no X display is named, and this is a Wayland session, which Oriel cannot record; log in to an X11 "
        + "session, or set DISPLAY to XWayland's for the programs that use it"
    }
    if environment("SSH_CONNECTION") != nil {
      return "no X display is named, as usual over SSH; set DISPLAY=:0 for the screen of this machine, if you are "
        + "logged in there, or connect with ssh -X for that of yours"
    }
    return "no X display is named; set DISPLAY, or give one such as :0"
  }

  /// What to check when the named display cannot be connected to.
  private static var connectionAdvice: String {
    if let file = environment("XAUTHORITY"), access(file, R_OK) != 0 {
      return "XAUTHORITY names \(printable(file)), which cannot be read: set it to the file of the session, often "
        + "~/.Xauthority"
    }
    if environment("XAUTHORITY") == nil, environment("HOME") == nil {
      return "neither XAUTHORITY nor HOME is set: set XAUTHORITY to the file of the session, often ~/.Xauthority"
    }
    return "check that it runs and lets this user in"
  }

  static func unsupported(_ message: String) -> DisplayMediaError {
    DisplayMediaError(name: .notReadable, reason: .displayUnsupported, message: message)
  }

  static func noSuchMonitor(_ wanted: String, _ monitors: [DisplayMonitor]) -> DisplayMediaError {
    let known = monitors.map { "\($0.index) \(printable($0.name))" }.joined(separator: ", ")
    return DisplayMediaError(
      name: .notFound, reason: .surfaceNotFound,
      message: "there is no monitor \(printable(wanted)); there are: \(known)")
  }

  static func regionOutside(_ region: PixelRect, _ screen: PixelSize) -> DisplayMediaError {
    let text = "\(region.width)x\(region.height)\(signed(region.x))\(signed(region.y))"
    return DisplayMediaError(
      name: .notFound, reason: .surfaceNotFound,
      message: "region \(text) lies outside the screen, which is \(screen.width)x\(screen.height)")
  }

  static func noSuchWindow(
    _ wanted: WindowSelection, matches: [DisplayWindow], all: [DisplayWindow]
  ) -> DisplayMediaError {
    let advice = wanted.advice(for: all, isForOne: true).map { "write \($0), \(wanted.reasonForNoFit); " } ?? ""
    let wanted = printable(wanted.description)
    let list = (matches.isEmpty ? all : matches).prefix(20).map { window in
      "0x\(String(window.id, radix: 16)) \(printable(window.title.isEmpty ? window.windowClass : window.title))"
    }.joined(separator: ", ")
    let message =
      matches.isEmpty
      ? "there is no window \(wanted); \(advice)" + (list.isEmpty ? "there are none" : "there are: \(list)")
      : "\(matches.count) windows fit \(wanted); name one by its id: \(list)"
    return DisplayMediaError(name: .notFound, reason: .surfaceNotFound, message: message)
  }

  static func soundUnreachable(_ server: String?) -> DisplayMediaError {
    let wanted = server ?? environment("PULSE_SERVER") ?? ""
    let message =
      wanted.isEmpty
      ? (environment("XDG_RUNTIME_DIR") == nil
        ? "no sound server is found, as XDG_RUNTIME_DIR is not set; set it to /run/user/\(getuid()), or PULSE_SERVER to the "
          + "server's address, or record without sound"
        : "no sound server answers; start PulseAudio or PipeWire's (pipewire-pulse), or record without sound")
      : "no sound server answers at \(printable(wanted)); check that it runs and lets this user in, or record without sound"
    return DisplayMediaError(name: .notReadable, reason: .soundServerUnreachable, message: message)
  }

  static func noSuchSound(_ wanted: AudioSelection, _ sources: [SoundSource]) -> DisplayMediaError {
    let known = sources.prefix(20).map { printable($0.name) }.joined(separator: ", ")
    let what =
      switch wanted {
      case .source(let name) where sources.count { $0.description == name } > 1:
        "several sound sources are called \(printable(name))"
      case .source(let name): "there is no sound source \(printable(name))"
      case .microphone, .both: "there is no microphone"
      case .system, .window, .application: "there is no output whose sound could be recorded"
      }
    return DisplayMediaError(
      name: .notFound, reason: .soundSourceNotFound,
      message: what + (known.isEmpty ? "; the sound server has no sources" : "; there are: \(known)"))
  }

  static func soundNotReadable(_ label: String) -> DisplayMediaError {
    DisplayMediaError(
      name: .notReadable, reason: .soundSourceUnreadable,
      message: "the sound server does not let \(label) be recorded; choose another source, or record without sound")
  }

  static func excluded(_ title: String) -> DisplayMediaError {
    DisplayMediaError(
      name: .type, reason: .surfaceExcluded,
      message: "the window \(printable(title)) is excluded, so it cannot be captured")
  }

  static func overconstrained(_ error: OverconstrainedError) -> DisplayMediaError {
    DisplayMediaError(
      name: .overconstrained, reason: .invalidOption, message: error.message, constraint: error.constraint)
  }

  static func notAllowed(_ what: String) -> DisplayMediaError {
    .invalid("getDisplayMedia takes no \(what); use ideal or max, or applyConstraints on the track")
  }

  static func invalid(_ message: String) -> DisplayMediaError {
    DisplayMediaError(name: .type, reason: .invalidOption, message: message)
  }
}

private func signed(_ number: Int) -> String { number < 0 ? "\(number)" : "+\(number)" }

/// The environment variable `name`; nil when it is not set.
func environment(_ name: String) -> String? {
  getenv(name).map { String(cString: $0) }
}
