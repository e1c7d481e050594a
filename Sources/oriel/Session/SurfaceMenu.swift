import Oriel

/// What else of the display could be shown, and how to show it.
struct SurfaceMenu: Sendable {
  struct Item: Sendable {
    let name: String
    let selection: DisplaySurfaceSelection
  }

  /// How the first surface is captured, and so the next.
  let options: DisplayMediaStreamOptions

  /// - Throws: `DisplayMediaError` when the display cannot be reached.
  func items() throws(DisplayMediaError) -> [Item] {
    let monitors = try DisplaySources.list(display: options.display)
    return [Item(name: "the whole desktop", selection: .desktop)]
      + monitors.map {
        let size = "\($0.geometry.width)x\($0.geometry.height)"
        return Item(
          name: "monitor \($0.name), \(size)" + ($0.isPrimary ? ", the primary" : ""), selection: .monitor($0.name))
      }
  }

  /// - Throws: `DisplayMediaError`, as when the monitor is gone.
  func open(_ item: Item) async throws(DisplayMediaError) -> MediaStream {
    var options = options
    options.surface = item.selection
    return try await MediaDevices.getDisplayMedia(options)
  }
}
