import Oriel

/// What else of the display could be shown, and how to show it.
struct SurfaceMenu: Sendable {
  struct Item: Sendable {
    let name: String
    let selection: DisplaySurfaceSelection
  }

  /// The topmost windows; more than a screen of them helps nobody.
  private static let mostWindows = 20

  /// How the first surface is captured, and so the next.
  let options: DisplayMediaStreamOptions

  /// - Throws: `DisplayMediaError` when the display cannot be reached.
  func items() throws(DisplayMediaError) -> [Item] {
    let monitors = try DisplaySources.list(display: options.display)
    var items = [Item(name: "the whole desktop", selection: .desktop)]
    for monitor in monitors {
      let name = "monitor \(monitor.name), \(size(monitor.geometry))" + (monitor.isPrimary ? ", the primary" : "")
      items.append(Item(name: name, selection: .monitor(monitor.name)))
    }
    for window in try DisplaySources.windows(display: options.display).prefix(Self.mostWindows) {
      let title = window.title.isEmpty ? window.windowClass : window.title
      items.append(
        Item(name: "window \(title.prefix(60)), \(size(window.geometry))", selection: .window(.id(window.id))))
    }
    return items
  }

  private func size(_ rect: PixelRect) -> String { "\(rect.width)x\(rect.height)" }

  /// - Throws: `DisplayMediaError`, as when the monitor is gone.
  func open(_ item: Item) async throws(DisplayMediaError) -> MediaStream {
    var options = options
    options.surface = item.selection
    return try await MediaDevices.getDisplayMedia(options)
  }
}
