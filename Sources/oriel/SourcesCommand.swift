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

  private struct Document: Encodable {
    struct Monitor: Encodable {
      let number, x, y, width, height: Int
      let name: String
      let primary: Bool
    }
    struct Window: Encodable {
      let id, title: String
      let `class`: String
      let process: Int?
      let x, y, width, height: Int
      let minimised, hidden: Bool
    }
    struct Sound: Encodable {
      /// The NAME of `--audio source:NAME`.
      let id: String
      let name: String
      let kind: String
      let `default`: Bool
    }
    let monitors: [Monitor]
    let windows: [Window]
    let audio: [Sound]
  }

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
    guard json else { return try printTable(monitors, windows, sounds) }
    let document = Document(
      monitors: monitors.map {
        Document.Monitor(
          number: $0.index, x: $0.geometry.x, y: $0.geometry.y, width: $0.geometry.width, height: $0.geometry.height,
          name: printable($0.name), primary: $0.isPrimary)
      },
      windows: windows.map {
        Document.Window(
          id: name($0), title: printable($0.title), class: printable($0.windowClass), process: $0.process,
          x: $0.geometry.x, y: $0.geometry.y, width: $0.geometry.width, height: $0.geometry.height,
          minimised: $0.isMinimised, hidden: $0.isHidden)
      },
      audio: (sounds ?? []).map {
        Document.Sound(
          id: printable($0.name), name: printable($0.description), kind: $0.kind.rawValue, default: $0.isDefault)
      })
    try StandardOutput.print(jsonLine(document))
  }

  private func printTable(
    _ monitors: [DisplayMonitor], _ windows: [DisplayWindow], _ sounds: [SoundSource]?
  ) throws(Failure) {
    var lines: [String] = []
    lines.append("MONITOR  NAME              SIZE         AT")
    for monitor in monitors {
      let area = monitor.geometry
      lines.append(
        column("\(monitor.index)", 9) + column(printable(monitor.name), 18)
          + column("\(area.width)x\(area.height)", 13) + "+\(area.x)+\(area.y)"
          + (monitor.isPrimary ? "  primary" : ""))
    }
    // The title is the last column because it is not shortened: it can be copied for --window and --exclude.
    let width = max(windows.map { printable($0.windowClass).count }.max() ?? 0, 17) + 1
    lines.append(
      "\n" + column("WINDOW", 12) + column("CLASS", width) + "PROCESS  SIZE         AT           STATE      TITLE")
    for window in windows {
      let area = window.geometry
      lines.append(
        column(name(window), 12) + column(printable(window.windowClass), width)
          + column(window.process.map(String.init) ?? "-", 9) + column("\(area.width)x\(area.height)", 13)
          + column("+\(area.x)+\(area.y)", 13)
          + column(window.isMinimised ? "minimised" : window.isHidden ? "hidden" : "shown", 11)
          + printable(window.title))
    }
    if windows.isEmpty { lines.append("none") }
    lines.append("\nSOUND       NAME                            SOURCE")
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
    try StandardOutput.print(lines.joined(separator: "\n"))
  }

  private func name(_ window: DisplayWindow) -> String { "0x" + String(window.id, radix: 16) }

  private func shortened(_ text: String, _ length: Int) -> String {
    text.count > length ? text.prefix(length - 1) + "…" : text
  }

  private func column(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
