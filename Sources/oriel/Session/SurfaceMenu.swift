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
  let sound: SoundPlan

  /// - Throws: `DisplayMediaError` when the display cannot be reached.
  func items() throws(DisplayMediaError) -> [Item] {
    var items: [Item] = []
    // What is heard is the program of the window that is seen.
    if sound.selection != .window {
      items.append(Item(name: "the whole desktop", selection: .desktop))
      for monitor in try DisplaySources.list(display: options.display) {
        let name = "monitor \(monitor.name), \(size(monitor.geometry))" + (monitor.isPrimary ? ", the primary" : "")
        items.append(Item(name: name, selection: .monitor(monitor.name)))
      }
    }
    for window in try DisplaySources.windows(display: options.display).prefix(Self.mostWindows) {
      let title = window.title.isEmpty ? window.windowClass : window.title
      items.append(
        Item(
          name: "window \(title.prefix(60)), \(size(window.geometry))\(window.isHidden ? ", hidden" : "")",
          selection: .window(.id(window.id))))
    }
    return items
  }

  private func size(_ rect: PixelRect) -> String { "\(rect.width)x\(rect.height)" }

  /// The new picture, and the sound that goes with it where it is that of the window's program.
  /// - Throws: `DisplayMediaError`, as when the monitor is gone.
  func open(_ item: Item) async throws(DisplayMediaError) -> MediaStream {
    var options = options
    options.surface = item.selection
    return sound.selection == .window
      ? try await sound.open(options) : try await MediaDevices.getDisplayMedia(options)
  }
}
