import Oriel

/// The surfaces of the display that a share can switch to.
struct SurfaceMenu: Sendable {
  struct Item: Sendable {
    let name: String
    let selection: DisplaySurfaceSelection
  }

  /// Only the topmost windows are listed, so that the list fits on a terminal.
  private static let maximumWindows = 20

  /// The request of the first surface, which also applies to the next ones.
  let request: CaptureRequest

  /// - Throws: `DisplayMediaError` if the display cannot be reached.
  func items() throws(DisplayMediaError) -> [Item] {
    var items: [Item] = []
    // With --audio window, only windows have a sound.
    if request.sound.selection != .window {
      items.append(Item(name: "the whole desktop", selection: .desktop))
      for monitor in try DisplaySources.list(display: request.surface.display) {
        let name = "monitor \(monitor.name), \(size(monitor.geometry))" + (monitor.isPrimary ? ", the primary" : "")
        items.append(Item(name: name, selection: .monitor(monitor.name)))
      }
    }
    for window in try DisplaySources.windows(display: request.surface.display).prefix(Self.maximumWindows) {
      let title = window.title.isEmpty ? window.windowClass : window.title
      items.append(
        Item(
          name: "window \(title.prefix(60)), \(size(window.geometry))\(window.isHidden ? ", hidden" : "")",
          selection: .window(.id(window.id))))
    }
    return items
  }

  private func size(_ rect: PixelRect) -> String { "\(rect.width)x\(rect.height)" }

  /// Captures the surface; with --audio window, also the sound of the window's program.
  /// - Throws: `DisplayMediaError`, for example if the monitor is gone.
  func open(_ item: Item) async throws(DisplayMediaError) -> MediaStream {
    let request = request.with(item.selection)
    return request.sound.selection == .window ? try await request.open() : try await request.openPicture()
  }
}
