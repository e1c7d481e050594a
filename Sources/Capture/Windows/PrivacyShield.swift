import CX11
import Media

/// Makes excluded windows and masked rectangles black in a picture, before anyone gets it.
///
/// Pixels and the places of windows cannot be read at one instant. But the server answers one connection's requests in
/// order, and what happened before an answer is told before it: so with the events up to the answer taken, every place that an
/// excluded window had since the picture before is known, and all of them are covered. Of a window that nothing is
/// known of yet, it is assumed that it is excluded. Used by one thread only.
final class PrivacyShield {
  private let tops: TopLevels
  private let relations: WindowRelations
  private let connection: XConnection
  private let selections: [WindowSelection]
  private let masks: [PixelRect]
  private let compositorAtom: Atom

  /// Places that excluded windows left since the last picture, or that a compositor may still show.
  private var trail: [(rect: PixelRect, until: MediaTime?)] = []
  private var hidden: (version: Int, windows: Set<Window>) = (-1, [])

  /// What was black in the last picture, on the root.
  private(set) var covered: [PixelRect] = []
  /// What was black and is no more: it has to be read again.
  private var uncovered: [PixelRect] = []

  /// How long a compositing manager may show a window after it went: fades take a quarter of a second.
  private static let compositorDelay = MediaTime.milliseconds(600)
  private static let longestTrail = 512

  init(_ tops: TopLevels, _ connection: XConnection, selections: [WindowSelection], masks: [PixelRect]) {
    self.tops = tops
    self.connection = connection
    self.selections = selections
    self.masks = masks
    relations = WindowRelations(tops, connection)
    let screen = XDefaultScreen(connection.display)
    compositorAtom = XInternAtom(connection.display, "_NET_WM_CM_S\(screen)", 0)
    tops.onLeave = { [unowned self] window, entry in leave(window, entry) }
  }

  /// Whether what `window`, a child of the root, shows is private.
  func isHidden(_ window: Window) -> Bool {
    if hidden.version != tops.version { hidden = (tops.version, findHidden()) }
    return hidden.windows.contains(window)
  }

  /// When something is to be uncovered though nothing happens.
  var nextDeadline: MediaTime? { trail.compactMap(\.until).min() }

  /// What must be read again, on the root.
  func takeUncovered() -> [PixelRect] {
    defer { uncovered = [] }
    return uncovered
  }

  var hasUncovered: Bool { !uncovered.isEmpty }

  /// Where the picture that was just read must be black, with all events up to its reading taken.
  /// - Returns: those places, on the root, and those of them that were not covered before.
  func cover(now: MediaTime) -> (all: [PixelRect], new: [PixelRect]) {
    var places = masks
    if !selections.isEmpty {
      for window in tops.order where tops.entries[window]?.isMapped == true && isHidden(window) {
        if let rect = tops.entries[window]?.rect { places.append(rect) }
      }
      places += trail.map(\.rect)
      trail.removeAll { $0.until.map { $0 <= now } ?? true }
    }
    let before = covered
    let new = places.filter { place in !before.contains { $0.contains(place) } }
    uncovered += before.filter { place in !places.contains { $0.contains(place) } }
    covered = places
    return (places, new)
  }

  private func leave(_ window: Window, _ entry: TopLevels.Entry) {
    guard !selections.isEmpty, isHidden(window) else { return }
    let isComposited = XGetSelectionOwner(connection.display, compositorAtom) != 0
    let until = isComposited ? MediaTime.now + Self.compositorDelay : nil
    if trail.contains(where: { $0.rect == entry.rect && $0.until == nil && until == nil }) { return }
    trail.append((entry.rect, until))
    if trail.count > Self.longestTrail {
      // A storm of motion is covered by one rectangle around it all.
      let around = trail.reduce(entry.rect) { $0.union($1.rect) }
      trail = [(around, trail.compactMap(\.until).max())]
    }
  }

  private func findHidden() -> Set<Window> {
    guard !selections.isEmpty else { return [] }
    var chosen = Set<Window>()
    var result = Set<Window>()
    for (window, entry) in tops.entries where !entry.isInputOnly {
      if selections.contains(where: { relations.matches(window, $0) }) { chosen.insert(window) }
      guard let properties = entry.properties else {
        // Its menus are known to be its own, and it may prove private.
        chosen.insert(window)
        continue
      }
      // Menus and panels have no title; a window that has none will be told apart by it later.
      let isNamed = !properties.title.isEmpty || entry.isMenu || properties.isFurniture
      if !isNamed { result.insert(window) }
    }
    result.formUnion(chosen)
    for (window, entry) in tops.entries where !result.contains(window) && !entry.isInputOnly {
      let isMenu =
        entry.isMenu
        && chosen.contains { owner in
          tops.entries[owner].map { relations.areOfOneProgram($0.client, entry.client) } ?? false
        }
      if isMenu || relations.isDependent(window, on: chosen.contains) { result.insert(window) }
    }
    return result
  }
}
