import ArgumentParser
import Oriel

/// `oriel sources`: lists the monitors, windows and sound sources.
struct SourcesCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sources", abstract: "List the monitors, windows and sound sources that can be captured.")

  @Option(help: ArgumentHelp("The X display. (default: $DISPLAY)", valueName: "display"))
  var display: String?

  @Flag(help: "Print one JSON document instead of a table.")
  var json = false

  func run() async throws {
    let reporter = Reporter(style: json ? .json(.standardOutput) : .quiet)
    let monitors: [DisplayMonitor]
    let windows: [DisplayWindow]
    do {
      monitors = try DisplaySources.list(display: display)
      windows = try DisplaySources.windows(display: display)
    } catch {
      throw reporter.fail(error.failure)
    }
    // Without a sound server monitors and windows are listed all the same.
    let sounds = try? await SoundSources.list()
    if json {
      try StandardOutput.print(jsonLine(Document(monitors, windows, sounds ?? [])))
    } else {
      try StandardOutput.print(
        (Self.lines(monitors) + Self.lines(windows) + Self.lines(sounds)).joined(separator: "\n"))
    }
  }

  private static func lines(_ monitors: [DisplayMonitor]) -> [String] {
    ["MONITOR  NAME              SIZE         AT"]
      + monitors.map { monitor in
        let area = monitor.geometry
        return column("\(monitor.index)", 9) + column(printable(monitor.name), 18)
          + column("\(area.width)x\(area.height)", 13) + "+\(area.x)+\(area.y)"
          + (monitor.isPrimary ? "  primary" : "")
      }
  }

  private static func lines(_ windows: [DisplayWindow]) -> [String] {
    // The title is the last column because it is not shortened: it can be copied for --window and --exclude.
    let width = max(windows.map { printable($0.windowClass).count }.max() ?? 0, 17) + 1
    var lines = [
      "\n" + column("WINDOW", 12) + column("CLASS", width) + "PROCESS  SIZE         AT           STATE      TITLE"
    ]
    for window in windows {
      let area = window.geometry
      lines.append(
        column(window.hexadecimalID, 12) + column(printable(window.windowClass), width)
          + column(window.process.map(String.init) ?? "-", 9) + column("\(area.width)x\(area.height)", 13)
          + column("+\(area.x)+\(area.y)", 13)
          + column(window.isMinimised ? "minimised" : window.isHidden ? "hidden" : "shown", 11)
          + printable(window.title))
    }
    return windows.isEmpty ? lines + ["none"] : lines
  }

  /// - Parameter sounds: nil without a sound server.
  private static func lines(_ sounds: [SoundSource]?) -> [String] {
    var lines = ["\nSOUND       NAME                            SOURCE"]
    for sound in sounds ?? [] {
      lines.append(
        column(sound.kind.rawValue, 12) + column(shortened(printable(sound.description), 31), 32)
          + printable(sound.name) + (sound.isDefault ? "  default" : ""))
    }
    if sounds == nil {
      lines.append("none: no sound server answers")
    } else if sounds == [] {
      lines.append("none")
    }
    return lines
  }

  private static func shortened(_ text: String, _ length: Int) -> String {
    text.count > length ? text.prefix(length - 1) + "…" : text
  }

  private static func column(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}

extension DisplayWindow {
  fileprivate var hexadecimalID: String { "0x" + String(id, radix: 16) }
}

/// What `oriel sources --json` prints.
private struct Document: Encodable {
  struct Monitor: Encodable {
    let number, x, y, width, height: Int
    let name: String
    let primary: Bool

    init(_ monitor: DisplayMonitor) {
      let area = monitor.geometry
      (number, x, y, width, height) = (monitor.index, area.x, area.y, area.width, area.height)
      name = printable(monitor.name)
      primary = monitor.isPrimary
    }
  }

  struct Window: Encodable {
    let id, title: String
    let `class`: String
    let process: Int?
    let x, y, width, height: Int
    let minimised, hidden: Bool

    init(_ window: DisplayWindow) {
      let area = window.geometry
      (id, title, `class`) = (window.hexadecimalID, printable(window.title), printable(window.windowClass))
      process = window.process
      (x, y, width, height) = (area.x, area.y, area.width, area.height)
      (minimised, hidden) = (window.isMinimised, window.isHidden)
    }
  }

  struct Sound: Encodable {
    /// The NAME of `--audio source:NAME`.
    let id: String
    let name: String
    let kind: String
    let `default`: Bool

    init(_ sound: SoundSource) {
      (id, name) = (printable(sound.name), printable(sound.description))
      kind = sound.kind.rawValue
      `default` = sound.isDefault
    }
  }

  let monitors: [Monitor]
  let windows: [Window]
  let audio: [Sound]

  init(_ monitors: [DisplayMonitor], _ windows: [DisplayWindow], _ sounds: [SoundSource]) {
    self.monitors = monitors.map(Monitor.init)
    self.windows = windows.map(Window.init)
    audio = sounds.map(Sound.init)
  }
}
