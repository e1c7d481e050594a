import CX11
import Media

/// Determines which windows are excluded, and which part of a picture is masked for them, before any sink gets the picture.
///
/// Pixels and window positions cannot be read at one instant. But the server answers one connection's requests in order, and
/// sends the events that precede a reply before that reply. So once the events up to the reply are processed, every position
/// that an excluded window had since the previous picture is known, and all of them are masked. Properties are read again
/// before the picture is delivered: a window is masked if its name before or its name after is excluded, or if it may have had
/// another name in between. A window whose properties are not read yet is treated as excluded. Once an exclusion has matched
/// a window, the window stays excluded for its lifetime, in any frame and under any name. Used by one thread only.
final class ExclusionMask {
  private let tops: TopLevels
  private let relations: WindowRelations
  private let selections: [WindowSelection]
  private let places: MaskedPlaces

  /// Clients that an exclusion has matched, and their dialogs, until they are destroyed.
  private var excluded: Set<Window>
  private let matched: MatchedWindows
  /// Exclusions that have matched a window, and their number at the last report.
  private var fitting: (selections: Set<WindowSelection>, reported: Int?) = ([], nil)
  /// Menus and dialogs whose excluded window was destroyed, with no deadline; and, until a deadline, those whose window was
  /// destroyed before its properties were read.
  private var orphans: [Window: MediaTime?] = [:]
  /// Excluded windows that were destroyed, the latest last: a dialog may name one as its owner afterwards.
  private var lost: [Window] = []
  private var masked: (version: Int, windows: Set<Window>) = (-1, [])
  /// The windows that were masked at the last call of `noteUnmasked`.
  private var formerlyMasked: Set<Window> = []

  private static let mostLost = 256
  private static let unknownOwnerDelay = MediaTime.milliseconds(1000)

  init(_ tops: TopLevels, _ connection: XConnection, selections: [WindowSelection]) {
    self.tops = tops
    self.selections = selections
    relations = WindowRelations(tops, connection)
    places = MaskedPlaces(tops, connection)
    matched = MatchedWindows.shared(display: String(cString: XDisplayString(connection.display)), selections)
    excluded = matched.windows.filter { tops.watch($0) }
    guard !selections.isEmpty else { return }
    for window in tops.order { matchExclusions(window) }
    tops.onRead = { [unowned self] window in matchExclusions(window) }
    tops.onChange = { [unowned self] window, entry in
      let isShown = entry?.isMapped ?? false
      places.willChange(window, entry, mayBeMasked: isShown && entry.map { mayBeMasked(window, $0) } ?? false)
    }
    tops.onRaise = { [unowned self] window, others in places.willRaise(window, above: others) }
    tops.onLoss = { [unowned self] window, client in
      let isExcluded = excluded.contains(window) || excluded.contains(client)
      guard isExcluded || tops.isUncertain(window) else { return }
      // Menus and dialogs of an excluded window stay masked after it is destroyed.
      let until = isExcluded ? nil : MediaTime.now + Self.unknownOwnerDelay
      for orphan in dependents(of: [window], among: maskedWindows) {
        if case .some(nil) = orphans[orphan] { continue }
        orphans[orphan] = .some(until)
      }
      lost = (lost + [window, client]).suffix(Self.mostLost)
    }
    tops.onRemove = { [unowned self] window in
      orphans[window] = nil
      formerlyMasked.remove(window)
      masked.windows.remove(window)
    }
    tops.onEmpty = { [unowned self] frame in
      // The title bar stays on the screen until the window manager removes it.
      if isExcluded(frame), orphans[frame] == nil { orphans[frame] = .some(MediaTime.now + Self.unknownOwnerDelay) }
    }
    tops.onEnd = { [unowned self] window in
      // Window ids are reused.
      if excluded.remove(window) != nil { matched.remove(window) }
    }
  }

  /// Whether `window`, a child of the root, is masked.
  func isMasked(_ window: Window) -> Bool { maskedWindows.contains(window) }

  /// Warnings of exclusions that match no window at the start, and later of those of them that match one.
  func takeWarnings() -> [CaptureWarnings.Warning] {
    let fits = fitting.selections
    guard fitting.reported != fits.count else { return [] }
    fitting.reported = fits.count
    let reported = selections.filter { matched.shouldReport($0, fits: fits.contains($0)) }
    let windows = reported.allSatisfy(fits.contains) ? [] : tops.windows
    return reported.map {
      fits.contains($0) ? CaptureWarnings.exclusionFits($0) : CaptureWarnings.exclusionFitsNothing($0, windows)
    }
  }

  /// When the mask shrinks without an event.
  var nextDeadline: MediaTime? {
    (orphans.values.compactMap { $0 } + [places.nextDeadline].compactMap { $0 }).min()
  }

  /// Whether the mask may differ from that of the last picture.
  var needsRepaint: Bool { !selections.isEmpty && places.needsRepaint }

  /// To be called before a picture is read, after all pending events are processed.
  func beginPicture(now: MediaTime) {
    guard !selections.isEmpty else { return }
    tops.beginObservation()
    places.beginPicture(now: now)
    if !orphans.isEmpty {
      // A window that is mapped again is judged by its properties again.
      let kept = orphans.filter { tops.entries[$0.key]?.isMapped == true && $0.value.map { $0 > now } ?? true }
      if kept.count < orphans.count { (orphans, masked.version) = (kept, -1) }
    }
    noteUnmasked()
  }

  /// The mask of the picture that was just read, in the root's coordinates, without the user's own masks. All events up to the
  /// reading must have been processed.
  func mask() -> MaskedPlaces.Mask {
    guard !selections.isEmpty else { return MaskedPlaces.Mask() }
    noteUnmasked()
    return places.mask(masked: maskedWindows)
  }

  /// A window that is masked no more may still be in the next picture as it was before.
  private func noteUnmasked() {
    let masked = maskedWindows
    for window in formerlyMasked.subtracting(masked) { places.willClear(window) }
    formerlyMasked = masked
  }

  /// Whether `window` is masked, or may be after the changes since `masked` was computed: a burst of events does not
  /// recompute `masked` after each one.
  private func mayBeMasked(_ window: Window, _ entry: TopLevels.Entry) -> Bool {
    if tops.isUncertain(window) || isExcluded(window) || masked.windows.contains(window) { return true }
    guard masked.version != tops.identityVersion, let properties = entry.properties else { return false }
    return entry.isMenu || properties.transientFor != nil || properties.title.isEmpty
  }

  private func matchExclusions(_ window: Window) {
    guard let clients = tops.entries[window]?.clients else { return }
    for (client, properties) in clients {
      // Window ids are reused.
      lost.removeAll { $0 == window || $0 == client }
      for selection in selections
      where relations.rank(window, client, properties, selection, byAnyName: true) != nil {
        fitting.selections.insert(selection)
        exclude(client)
      }
      if excluded.contains(window) { exclude(client) }
    }
    // A frame that is excluded by its id is masked with any client in it.
    if selections.contains(.id(UInt32(truncatingIfNeeded: window))) { exclude(window) }
  }

  private func exclude(_ client: Window) {
    if excluded.insert(client).inserted { matched.insert(client) }
  }

  private func isExcluded(_ window: Window) -> Bool {
    excluded.contains(window) || tops.entries[window]?.clients.keys.contains { excluded.contains($0) } == true
  }

  private var maskedWindows: Set<Window> {
    if masked.version != tops.identityVersion { masked = (tops.identityVersion, findMasked()) }
    return masked.windows
  }

  private func findMasked() -> Set<Window> {
    guard !selections.isEmpty else { return [] }
    var owners = Set(excluded.compactMap { tops.owner(of: $0) })
    excludeDialogs(of: &owners)
    owners.formUnion(orphans.keys.filter { tops.entries[$0]?.isMenu == false })
    var unnamed = Set<Window>()
    for (window, entry) in tops.entries where !entry.isInputOnly {
      // A window with unread properties may turn out to be excluded; its menus are already known to be its own.
      if tops.isUncertain(window) {
        owners.insert(window)
      } else if let properties = entry.properties, properties.title.isEmpty, !entry.isMenu, !properties.isFurniture {
        // Menus and panels have no title. Another window without one gets it later, and may match an exclusion then.
        unnamed.insert(window)
      }
    }
    guard !owners.isEmpty || !lost.isEmpty else { return unnamed.union(orphans.keys) }
    return unnamed.union(orphans.keys).union(owners).union(dependents(of: owners, among: tops.entries.keys))
  }

  /// Excludes the dialogs of excluded windows for their lifetime: they may name another owner later.
  private func excludeDialogs(of owners: inout Set<Window>) {
    guard !owners.isEmpty || !lost.isEmpty else { return }
    let groups = relations.groups(of: owners)
    for (window, entry) in tops.entries where !entry.isInputOnly && !entry.isMenu && !owners.contains(window) {
      guard !tops.isUncertain(window), relations.isDependent(window, on: owners, groups: groups, lost: lost) else {
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
        // A menu whose properties are not read yet owns no others.
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
