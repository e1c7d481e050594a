import CX11
import Media

/// Says where excluded windows make a picture black, before anyone gets it.
///
/// Pixels and the places of windows cannot be read at one instant. But the server answers one connection's requests in
/// order, and what happened before an answer is told before it: so with the events up to the answer taken, every place that an
/// excluded window had since the picture before is known, and all of them are covered. Names are read again before the
/// picture is shown: a window is covered where the name of before or the one of after is an excluded one, and where there
/// may have been another in between. Of a window that nothing is known of yet, it is assumed that it is excluded. Once an
/// exclusion has matched a window, it stays excluded for as long as it lives, in whatever frame and under whatever name.
/// Used by one thread only.
final class PrivacyShield {
  private let tops: TopLevels
  private let relations: WindowRelations
  private let selections: [WindowSelection]
  private let places: HiddenPlaces

  /// Programs' windows that an exclusion has matched, and their dialogs; until they are no more.
  private var excluded: Set<Window>
  private let matched: MatchedWindows
  /// Exclusions that have fitted a window, and how many of them there were when that was last said.
  private var fitting: (selections: Set<WindowSelection>, said: Int?) = ([], nil)
  /// Menus and dialogs whose excluded window is no more; for a while those, too, whose window was gone before it was known.
  private var orphans: [Window: MediaTime?] = [:]
  /// Excluded windows that are no more, the latest last: a dialog may say only now that it belongs to one.
  private var lost: [Window] = []
  private var hidden: (version: Int, windows: Set<Window>) = (-1, [])
  /// Those that were hidden when this was last looked at.
  private var formerlyHidden: Set<Window> = []

  private static let mostLost = 256
  private static let unknownOwnerDelay = MediaTime.milliseconds(1000)

  init(_ tops: TopLevels, _ connection: XConnection, selections: [WindowSelection]) {
    self.tops = tops
    self.selections = selections
    relations = WindowRelations(tops, connection)
    places = HiddenPlaces(tops, connection)
    matched = MatchedWindows.shared(display: String(cString: XDisplayString(connection.display)), selections)
    excluded = matched.windows.filter { tops.watch($0) }
    guard !selections.isEmpty else { return }
    for window in tops.order { judge(window) }
    tops.onRead = { [unowned self] window in judge(window) }
    tops.onChange = { [unowned self] window, entry in
      let isShown = entry?.isMapped ?? false
      places.willChange(window, entry, mayBeHidden: isShown && entry.map { mayBeHidden(window, $0) } ?? false)
    }
    tops.onRaise = { [unowned self] window, others in places.willRaise(window, above: others) }
    tops.onLoss = { [unowned self] window, client in
      let isExcluded = excluded.contains(window) || excluded.contains(client)
      guard isExcluded || tops.isDoubtful(window) else { return }
      // What belongs to an excluded window stays private when that is gone.
      let until = isExcluded ? nil : MediaTime.now + Self.unknownOwnerDelay
      for orphan in dependents(of: [window], among: hiddenWindows) {
        if case .some(nil) = orphans[orphan] { continue }
        orphans[orphan] = .some(until)
      }
      lost = (lost + [window, client]).suffix(Self.mostLost)
    }
    tops.onRemove = { [unowned self] window in
      orphans[window] = nil
      formerlyHidden.remove(window)
      hidden.windows.remove(window)
    }
    tops.onEmpty = { [unowned self] frame in
      // Its title bar is there until the window manager takes it away.
      if isExcluded(frame), orphans[frame] == nil { orphans[frame] = .some(MediaTime.now + Self.unknownOwnerDelay) }
    }
    tops.onEnd = { [unowned self] window in
      // Numbers are used again.
      if excluded.remove(window) != nil { matched.remove(window) }
    }
  }

  /// Whether what `window`, a child of the root, shows is private.
  func isHidden(_ window: Window) -> Bool { hiddenWindows.contains(window) }

  /// What is to be said of exclusions: those that fit no window at the start, and such that have begun to.
  func takeNews() -> [(selection: WindowSelection, fits: Bool)] {
    let fits = fitting.selections
    guard fitting.said != fits.count else { return [] }
    fitting.said = fits.count
    return selections.filter { matched.isNews($0, fits: fits.contains($0)) }.map { ($0, fits.contains($0)) }
  }

  /// Whether a compositing manager runs, under which every window has pixels of its own.
  var isComposited: Bool { places.isComposited }

  /// When something is to be uncovered though nothing happens.
  var nextDeadline: MediaTime? {
    (orphans.values.compactMap { $0 } + [places.nextDeadline].compactMap { $0 }).min()
  }

  /// Whether something else has to be black than in the last picture.
  var isDue: Bool { !selections.isEmpty && places.isDue }

  /// To be called before a picture is read, with what is known up to date.
  func beginPicture(now: MediaTime) {
    guard !selections.isEmpty else { return }
    tops.settle()
    places.beginPicture(now: now)
    if !orphans.isEmpty {
      // What comes up once more is anew whatever it says it is.
      let kept = orphans.filter { tops.entries[$0.key]?.isMapped == true && $0.value.map { $0 > now } ?? true }
      if kept.count < orphans.count { (orphans, hidden.version) = (kept, -1) }
    }
    keepFormer()
  }

  /// Where the picture that was just read must not show the screen, besides the masks, and what it shows instead; on the
  /// root, with all events up to its reading taken.
  func cover() -> HiddenPlaces.Look {
    guard !selections.isEmpty else { return HiddenPlaces.Look() }
    keepFormer()
    return places.look(hidden: hiddenWindows)
  }

  /// What is hidden no more may be in a picture as it was before.
  private func keepFormer() {
    let hidden = hiddenWindows
    for window in formerlyHidden.subtracting(hidden) { places.willClear(window) }
    formerlyHidden = hidden
  }

  /// Whether `window` is hidden, or might be by what has changed since that was last looked at: for a storm of changes the
  /// whole is not looked at after each.
  private func mayBeHidden(_ window: Window, _ entry: TopLevels.Entry) -> Bool {
    if tops.isDoubtful(window) || isExcluded(window) || hidden.windows.contains(window) { return true }
    guard hidden.version != tops.identityVersion, let properties = entry.properties else { return false }
    return entry.isMenu || properties.transientFor != nil || properties.title.isEmpty
  }

  private func judge(_ window: Window) {
    guard let clients = tops.entries[window]?.clients else { return }
    for (client, properties) in clients {
      // Numbers are used again.
      lost.removeAll { $0 == window || $0 == client }
      for selection in selections
      where relations.rank(window, client, properties, selection, byAnyName: true) != nil {
        fitting.selections.insert(selection)
        exclude(client)
      }
      if excluded.contains(window) { exclude(client) }
    }
    // A frame that is named by its number is black whatever is put into it.
    if selections.contains(.id(UInt32(truncatingIfNeeded: window))) { exclude(window) }
  }

  private func exclude(_ client: Window) {
    if excluded.insert(client).inserted { matched.insert(client) }
  }

  private func isExcluded(_ window: Window) -> Bool {
    excluded.contains(window) || tops.entries[window]?.clients.keys.contains { excluded.contains($0) } == true
  }

  private var hiddenWindows: Set<Window> {
    if hidden.version != tops.identityVersion { hidden = (tops.identityVersion, findHidden()) }
    return hidden.windows
  }

  private func findHidden() -> Set<Window> {
    guard !selections.isEmpty else { return [] }
    var owners = Set(excluded.compactMap { tops.owner(of: $0) })
    excludeDialogs(of: &owners)
    owners.formUnion(orphans.keys.filter { tops.entries[$0]?.isMenu == false })
    var unnamed = Set<Window>()
    for (window, entry) in tops.entries where !entry.isInputOnly {
      // What is not known may prove private, and its menus are known to be its own.
      if tops.isDoubtful(window) {
        owners.insert(window)
      } else if let properties = entry.properties, properties.title.isEmpty, !entry.isMenu, !properties.isFurniture {
        // Menus and panels have no title; a window that has none will be told apart by it later.
        unnamed.insert(window)
      }
    }
    guard !owners.isEmpty || !lost.isEmpty else { return unnamed.union(orphans.keys) }
    return unnamed.union(orphans.keys).union(owners).union(dependents(of: owners, among: tops.entries.keys))
  }

  /// Dialogs of excluded windows are excluded as these are: they may say later that they belong to another.
  private func excludeDialogs(of owners: inout Set<Window>) {
    guard !owners.isEmpty || !lost.isEmpty else { return }
    let groups = relations.groups(of: owners)
    for (window, entry) in tops.entries where !entry.isInputOnly && !entry.isMenu && !owners.contains(window) {
      guard !tops.isDoubtful(window), relations.isDependent(window, on: owners, groups: groups, lost: lost) else {
        continue
      }
      exclude(entry.client)
      owners.insert(window)
    }
  }

  /// Menus and dialogs of `owners`.
  private func dependents(of owners: Set<Window>, among windows: some Sequence<Window>) -> [Window] {
    let programs = Set(
      owners.flatMap { owner -> [Window] in
        guard let entry = tops.entries[owner] else { return [] }
        // A menu that is not known yet owns no others.
        if entry.isMenu, entry.client == owner, !excluded.contains(owner) { return [] }
        return entry.clients.keys.map(relations.program)
      })
    // A program may have several connections to the server.
    let processes = Set(owners.flatMap { tops.entries[$0]?.clients.values.compactMap { $0?.process } ?? [] })
    let groups = relations.groups(of: owners)
    return windows.filter { window in
      guard let entry = tops.entries[window], !entry.isInputOnly, !owners.contains(window) else { return false }
      if entry.isMenu, programs.contains(relations.program(of: entry.client)) { return true }
      if entry.isMenu, let process = entry.properties?.process, processes.contains(process) { return true }
      return relations.isDependent(window, on: owners, groups: groups, lost: lost)
    }
  }
}
