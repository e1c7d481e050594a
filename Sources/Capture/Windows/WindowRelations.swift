import CX11

/// Which windows belong together, and which fit a selection.
struct WindowRelations {
  let tops: TopLevels
  private let resourceMask: UInt

  init(_ tops: TopLevels, _ connection: XConnection) {
    self.tops = tops
    resourceMask = UInt(oriel_resource_mask(connection.display))
  }

  /// What all windows that one connection of one program made have in common.
  func program(of window: Window) -> Window { window & ~resourceMask }

  /// - Parameter byAnyName: whether the older of two titles counts too, which nobody sees where there is a newer one.
  func matches(_ window: Window, _ selection: WindowSelection, byAnyName: Bool = false) -> Bool {
    guard let entry = tops.entries[window] else { return false }
    switch selection {
    case .id(let id): return window == Window(id) || entry.client == Window(id)
    case .title(let pattern):
      let glob = Glob(pattern)
      let titles = [entry.properties?.title, byAnyName ? entry.properties?.plainTitle : nil]
      return titles.contains { title in title.map { !$0.isEmpty && glob.matches($0) } ?? false }
    case .windowClass(let pattern):
      guard let name = entry.properties?.windowClass, !name.isEmpty else { return false }
      return Glob(pattern).matches(name)
    }
  }

  /// Whether `window` is a dialog or a menu of one of `owners`, by its own or its program's word.
  /// - Parameters:
  ///   - groups: the leaders of the groups that `owners` are in.
  ///   - lost: owners that are no more.
  func isDependent(_ window: Window, on owners: Set<Window>, groups: Set<Window>, lost: [Window] = []) -> Bool {
    guard let properties = tops.entries[window]?.properties, let wanted = properties.transientFor else { return false }
    var next: Window? = wanted
    // Dialogs may have dialogs of their own; a circle of them is cut.
    for _ in 0..<8 {
      if let next, lost.contains(next) { return true }
      guard let client = next, let owner = tops.owner(of: client), owner != window else { break }
      if owners.contains(owner) { return true }
      next = tops.entries[owner]?.properties?.transientFor
    }
    // One for the whole group says so by naming the root.
    guard tops.owner(of: wanted) == nil, let group = properties.group else { return false }
    return groups.contains(group)
  }

  /// The leaders of the groups that `windows` are in.
  func groups(of windows: Set<Window>) -> Set<Window> {
    Set(windows.compactMap { tops.entries[$0]?.properties?.group })
  }
}
