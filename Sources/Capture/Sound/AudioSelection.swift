/// Which sound is asked for. A microphone is never opened unless it is named here, or by its source.
public enum AudioSelection: Sendable, Hashable {
  /// What the machine plays: the default output, whichever that is at the time.
  case system
  /// The default microphone, whichever that is at the time.
  case microphone
  /// What the machine plays and the default microphone, mixed.
  case both
  /// A source by the sound server's name for it, as `SoundSources.list` gives it, or for the output that it is the monitor of; by
  /// the description of either; or as other tools call the defaults: `@DEFAULT_SOURCE@`, `@DEFAULT_SINK@`, `@DEFAULT_MONITOR@`.
  case source(String)
  /// What the program of the captured window plays, and nothing else.
  case window
  /// What a process and its descendants play, and nothing else.
  case application(process: Int)
}

extension AudioSelection: CustomStringConvertible {
  /// As people write it.
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

  /// Reads what people write: `system`, `mic`, `both`, `window` or `source:NAME`.
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
