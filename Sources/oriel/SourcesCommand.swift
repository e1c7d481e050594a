import ArgumentParser
import Oriel

/// `oriel sources`: what can be captured.
struct SourcesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "sources", abstract: "List the monitors that can be captured.")

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
    let monitors: [Monitor]
    let windows: [String]
    let audio: [String]
  }

  func run() throws {
    let monitors: [DisplayMonitor]
    do {
      monitors = try DisplaySources.list(display: display)
    } catch {
      throw Reporter(style: json ? .json(.standardOutput) : .quiet).fail(error.failure)
    }
    guard json else {
      print("MONITOR  NAME              SIZE         AT")
      for monitor in monitors {
        let area = monitor.geometry
        print(
          column("\(monitor.index)", 9) + column(printable(monitor.name), 18)
            + column("\(area.width)x\(area.height)", 13) + "+\(area.x)+\(area.y)"
            + (monitor.isPrimary ? "  primary" : ""))
      }
      return
    }
    let document = Document(
      monitors: monitors.map {
        Document.Monitor(
          number: $0.index, x: $0.geometry.x, y: $0.geometry.y, width: $0.geometry.width, height: $0.geometry.height,
          name: printable($0.name), primary: $0.isPrimary)
      }, windows: [], audio: [])
    print(jsonLine(document))
  }

  private func column(_ text: String, _ width: Int) -> String {
    text + String(repeating: " ", count: max(1, width - text.count))
  }
}
