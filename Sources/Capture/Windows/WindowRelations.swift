import CX11

/// Which windows belong together, and which match a selection.
struct WindowRelations {
  let tops: TopLevels
  private let resourceMask: UInt

  init(_ tops: TopLevels, _ connection: XConnection) {
    self.tops = tops
    resourceMask = UInt(oriel_resource_mask(connection.display))
  }

  /// The part of an id that all windows of one client connection share.
  func program(of window: Window) -> Window { window & ~resourceMask }

  /// How closely `window` matches, 0 being the closest; nil if it does not.
  func rank(_ window: Window, _ selection: WindowSelection) -> Int? {
    tops.entries[window].flatMap { rank(window, $0.client, $0.properties, selection) }
  }

  /// How closely `client` in `window` matches, 0 being the closest; nil if it does not.
  /// - Parameter byAnyName: whether `WM_NAME` counts too, which is not shown if there is a `_NET_WM_NAME`.
  func rank(
    _ window: Window, _ client: Window, _ properties: WindowProperties?, _ selection: WindowSelection,
    byAnyName: Bool = false
  ) -> Int? {
    switch selection {
    case .id(let id): return window == Window(id) || client == Window(id) ? 0 : nil
    case .title(let text):
      let pattern = WindowPattern(text)
      let titles = [properties?.title, byAnyName ? properties?.plainTitle : nil]
      return titles.compactMap { $0.flatMap { pattern.rank(of: $0) } }.min()
    case .windowClass(let text): return properties.flatMap { WindowPattern(text).rank(of: $0.windowClass) }
    }
  }

  /// The windows that match most closely, from bottom to top.
  func windows(_ selection: WindowSelection) -> [Window] {
    let ranked = tops.order.compactMap { window in rank(window, selection).map { (window: window, rank: $0) } }
      .filter { ranked in
        if case .id = selection { return true }
        return tops.entries[ranked.window]?.isWindow == true
      }
    let closest = ranked.map(\.rank).min()
    return ranked.filter { $0.rank == closest }.map(\.window)
  }

  /// The only window that matches most closely.
  /// - Throws: `DisplayMediaError` unless there is exactly one.
  func window(_ selection: WindowSelection) throws(DisplayMediaError) -> (window: Window, entry: TopLevels.Entry) {
    let found = windows(selection)
    guard let window = found.first, found.count == 1, let entry = tops.entries[window] else {
      throw .noSuchWindow(selection, matches: found.compactMap { tops.window($0) }.reversed(), all: tops.windows)
    }
    return (window, entry)
  }

  /// Whether `window` is a dialog or a menu of one of `owners`, by `WM_TRANSIENT_FOR` or its window group.
  /// - Parameters:
  ///   - groups: the leaders of the groups that `owners` are in.
  ///   - lost: owners that were destroyed.
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
    // A dialog of the whole group names the root.
    guard tops.owner(of: wanted) == nil, let group = properties.group else { return false }
    return groups.contains(group)
  }

  /// The leaders of the groups that `windows` are in.
  func groups(of windows: Set<Window>) -> Set<Window> {
    Set(windows.compactMap { tops.entries[$0]?.properties?.group })
  }
}
