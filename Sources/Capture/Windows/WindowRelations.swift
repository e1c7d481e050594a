import CX11

/// Which windows belong together, and which fit a selection.
struct WindowRelations {
  let tops: TopLevels
  private let resourceMask: UInt

  init(_ tops: TopLevels, _ connection: XConnection) {
    self.tops = tops
    resourceMask = UInt(oriel_resource_mask(connection.display))
  }

  /// Whether both windows were made by one connection of one program.
  func areOfOneProgram(_ first: Window, _ second: Window) -> Bool { first & ~resourceMask == second & ~resourceMask }

  func matches(_ window: Window, _ selection: WindowSelection) -> Bool {
    guard let entry = tops.entries[window] else { return false }
    switch selection {
    case .id(let id): return window == Window(id) || entry.client == Window(id)
    case .title(let pattern):
      guard let title = entry.properties?.title, !title.isEmpty else { return false }
      return Glob(pattern).matches(title)
    case .windowClass(let pattern):
      guard let name = entry.properties?.windowClass, !name.isEmpty else { return false }
      return Glob(pattern).matches(name)
    }
  }

  /// Whether `window` is a dialog or a menu of a window that `owns` says yes to, by its own or its program's word.
  func isDependent(_ window: Window, on owns: (Window) -> Bool) -> Bool {
    guard let entry = tops.entries[window], let properties = entry.properties else { return false }
    var next = properties.transientFor
    // Dialogs may have dialogs of their own; a circle of them is cut.
    for _ in 0..<8 {
      guard let client = next, let owner = top(of: client), owner != window else { break }
      if owns(owner) { return true }
      next = tops.entries[owner]?.properties?.transientFor
    }
    // One for the whole group says so by naming the root.
    if let wanted = properties.transientFor, top(of: wanted) == nil, let group = properties.group {
      return tops.order.contains { $0 != window && owns($0) && tops.entries[$0]?.properties?.group == group }
    }
    return false
  }

  /// The child of the root that holds `client`.
  func top(of client: Window) -> Window? {
    if tops.entries[client] != nil { return client }
    return tops.entries.first { $0.value.client == client }?.key
  }
}
