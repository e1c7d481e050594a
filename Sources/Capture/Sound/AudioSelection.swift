/// Which sound to record. A microphone is never opened unless it is selected here, as such or by its source.
public enum AudioSelection: Sendable, Hashable {
  /// What the machine plays: the present default output.
  case system
  /// The present default microphone.
  case microphone
  /// What the machine plays and the default microphone, mixed.
  case both
  /// A source: its name or description, as in `SoundSources.list`; the name or description of the output that it is the monitor
  /// of; or PulseAudio's names of the defaults: `@DEFAULT_SOURCE@`, `@DEFAULT_SINK@`, `@DEFAULT_MONITOR@`.
  case source(String)
  /// What the program of the captured window plays, and nothing else.
  case window
  /// What a process and its descendants play, and nothing else.
  case application(process: Int)
}

extension AudioSelection: CustomStringConvertible {
  /// As in the option that `init(_:)` reads, except for `application`.
  public var description: String {
    switch self {
    case .system: "system"
    case .microphone: "mic"
    case .both: "both"
    case .source(let name): "source:" + name
    case .window: "window"
    case .application(let process): "process \(process)"
    }
  }

  /// Parses `system`, `mic`, `both`, `window` or `source:NAME`.
  public init?(_ text: String) {
    switch text {
    case "system": self = .system
    case "mic", "microphone": self = .microphone
    case "both": self = .both
    case "window": self = .window
    default:
      guard text.hasPrefix("source:"), text.utf8.count > 7 else { return nil }
      self = .source(String(text.dropFirst(7)))
    }
  }
}
