import CX11
import Media

/// Where hidden windows may be seen, from one picture to the next. Used by one thread only.
///
/// Between two pictures all that moves, comes, goes and is restacked is followed event by event. A place of a hidden window
/// counts as covered only where another window was over it the whole time: what of a hidden window could be seen at any
/// moment is black. It stays so for a while after, for programs may take a moment to draw over what was there, and a
/// compositing manager fades it.
final class HiddenPlaces {
  /// What a picture has instead of the screen's pixels, on the root.
  struct Look: Equatable {
    /// Where the screen's pixels are not shown.
    var untrusted = ExactRegion()
    /// What is painted there over black, from bottom to top.
    var patches: [Patch] = []
  }

  /// A part of a window that is read from its own pixmap.
  struct Patch: Equatable {
    let window: Window
    /// With its border, on the root.
    let rect: PixelRect
    let format: PixelFormat
    let freshSince: MediaTime
    /// Whether it is what people call a window.
    let isWindow: Bool
    let region: ExactRegion
  }

  /// A place that a hidden window had since the last picture.
  private struct Left {
    let window: Window
    let rect: PixelRect
    /// The windows over it then.
    let above: [Window]
    /// It was hidden only until more was known of it.
    let isCleared: Bool
  }

  private struct Key: Equatable {
    var version: Int
    var identityVersion: Int
  }

  /// All that decides what is hidden while nothing happens.
  private struct State: Equatable {
    var key: Key
    var hidden: Set<Window>
    var trail: [PixelRect]
    var isComposited: Bool
    var wasComposited: Bool
  }

  private struct Cover {
    let window: Window
    let place: Int
    let region: ExactRegion
    let bounds: PixelRect
  }

  let tops: TopLevels
  private let connection: XConnection
  private let managerAtom: Atom
  /// Places where hidden windows could be seen, until that is certainly over.
  private(set) var trail = Trail()
  private var left: [Left] = []
  /// Of windows that changed since the last picture: what they filled all the time.
  private var kept: [Window: ExactRegion] = [:]
  /// Windows that came to lie above others since the last picture.
  private var raised: [Window: Set<Window>] = [:]
  /// Whether more windows changed than are followed: then nothing counts as covered.
  private var isOverwhelmed = false
  private(set) var isComposited = false
  /// Whether a compositing manager runs, or did since the last picture.
  private var wasComposited = false
  /// The windows as the last picture had them.
  private var told = Key(version: -1, identityVersion: -1)
  /// Whether the next picture hides the same, unless something happens.
  private var isOver = false
  /// What the last picture was made of, where nothing happened during it.
  private var known: (state: State, look: Look)?
  /// When a window that has just come will have been drawn.
  var nextDrawn: MediaTime?

  /// How long what a hidden window showed may be seen after it went: a manager's fade takes a quarter of a second, and a
  /// program not much longer to draw what was behind it.
  static let delay = MediaTime.milliseconds(600)
  private static let mostLeft = 64
  private static let mostChanged = 4096
  /// Rectangles of a window times those over it, at the most: beyond, it does not count as covered.
  private static let mostPieces = 100_000
  /// Windows that are compared for one picture, at the most: beyond, nothing counts as covered.
  static let mostWork = 200_000

  init(_ tops: TopLevels, _ connection: XConnection) {
    self.tops = tops
    self.connection = connection
    managerAtom = XInternAtom(connection.display, "_NET_WM_CM_S\(XDefaultScreen(connection.display))", 0)
  }

  // MARK: Between two pictures

  /// `window` is about to change, or to go; `entry` is nil when it has just come.
  /// - Parameter mayBeHidden: whether nobody may see what it shows.
  func willChange(_ window: Window, _ entry: TopLevels.Entry?, mayBeHidden: Bool) {
    let region = entry?.isMapped == true ? entry?.region ?? ExactRegion() : ExactRegion()
    if kept[window] != nil || kept.count < Self.mostChanged {
      kept[window] = kept[window].map { $0.intersection(region) } ?? region
    } else {
      isOverwhelmed = true
    }
    guard mayBeHidden, let entry, entry.isMapped else { return }
    leave(window, entry.rect, isCleared: false)
  }

  /// `window` comes to lie above `others`.
  func willRaise(_ window: Window, above others: ArraySlice<Window>) {
    guard raised[window, default: []].count + others.count < Self.mostChanged,
      raised[window] != nil || raised.count < Self.mostLeft
    else {
      isOverwhelmed = true
      return
    }
    raised[window, default: []].formUnion(others)
  }

  /// `window`, which was hidden, is not any more.
  func willClear(_ window: Window) {
    if let entry = tops.entries[window], entry.isMapped { leave(window, entry.rect, isCleared: true) }
  }

  private func leave(_ window: Window, _ rect: PixelRect, isCleared: Bool) {
    guard left.count < Self.mostLeft, let index = tops.order.firstIndex(of: window) else {
      trail.add(rect, until: .now + Self.delay)
      return
    }
    let above = tops.order[(index + 1)...].filter { other in
      tops.entries[other].map { $0.isMapped && !$0.rect.intersection(rect).isEmpty } ?? false
    }
    left.append(Left(window: window, rect: rect, above: above, isCleared: isCleared))
  }

  /// When something is to be seen again though nothing happens.
  var nextDeadline: MediaTime? { [trail.nextDeadline, nextDrawn].compactMap { $0 }.min() }

  /// Whether the next picture may differ in what is hidden.
  var isDue: Bool { !isOver || told != key }

  private var key: Key { Key(version: tops.version, identityVersion: tops.identityVersion) }

  // MARK: A picture

  /// To be called before a picture is read.
  func beginPicture(now: MediaTime) {
    trail.forget(before: now)
    lookForManager()
  }

  private func lookForManager() {
    isComposited = XGetSelectionOwner(connection.display, managerAtom) != 0
    wasComposited = wasComposited || isComposited
  }

  /// What the picture that was just read must not show of the screen, with all events up to its reading taken.
  func look(hidden: Set<Window>) -> Look {
    lookForManager()
    let now = MediaTime.now
    let state = State(
      key: key, hidden: hidden, trail: trail.rects, isComposited: isComposited, wasComposited: wasComposited)
    let isStill = left.isEmpty && kept.isEmpty && raised.isEmpty && !isOverwhelmed
    if isStill, state == known?.state, nextDrawn.map({ $0 > now }) ?? true, let known { return known.look }
    nextDrawn = nil
    let before = visible(hidden, left, trustsScreen: !wasComposited && !isOverwhelmed)
    let look = look(hidden, before.all, left.map(\.rect), wasComposited, now)
    // From now on changes count anew.
    let wasStill = isStill && isComposited == wasComposited
    (left, kept, raised, wasComposited, isOverwhelmed) = ([], [:], [:], isComposited, false)
    told = key
    known = wasStill ? (state, look) : nil
    isOver = wasStill
    if wasStill { return look }
    let after = visible(hidden, [], trustsScreen: !isComposited)
    for rect in before.lasting.subtracting(after.all).rects { trail.add(rect, until: now + Self.delay) }
    isOver = look == self.look(hidden, after.all, [], isComposited, now)
    return look
  }

  private func look(
    _ hidden: Set<Window>, _ visible: ExactRegion, _ left: [PixelRect], _ isComposited: Bool, _ now: MediaTime
  ) -> Look {
    isComposited
      ? composed(hidden, left: left, now: now) : Look(untrusted: ExactRegion(visible.rects + trail.rects))
  }

  /// What of hidden windows, and of those in `left`, could be seen at any moment.
  /// - Parameter trustsScreen: whether what covers a window can be told from the screen.
  /// - Returns: all of it, and what is not over once it is known that a window was none of them.
  private func visible(
    _ hidden: Set<Window>, _ left: [Left], trustsScreen: Bool
  ) -> (all: ExactRegion, lasting: ExactRegion) {
    let present = hidden.compactMap { window in tops.entries[window].map { (window, $0) } }.filter { $0.1.isMapped }
    guard !present.isEmpty || !left.isEmpty else { return (ExactRegion(), ExactRegion()) }
    func isCleared(_ left: Left) -> Bool {
      left.isCleared || tops.entries[left.window] != nil && !hidden.contains(left.window)
    }
    guard trustsScreen else {
      let lasting = present.map(\.1.rect) + left.filter { !isCleared($0) }.map(\.rect)
      return (ExactRegion(lasting + left.map(\.rect)), ExactRegion(lasting))
    }
    let bounds = (present.map(\.1.rect) + left.map(\.rect)).reduce(PixelRect(x: 0, y: 0, width: 0, height: 0)) {
      $0.union($1)
    }
    var covers: [Cover] = []
    var places: [Window: Int] = [:]
    for (place, window) in tops.order.enumerated() {
      if hidden.contains(window) {
        places[window] = place
      } else if let entry = tops.entries[window], entry.isMapped, !entry.isInputOnly,
        !entry.rect.intersection(bounds).isEmpty, let region = stable(window, entry), !region.isEmpty
      {
        covers.append(Cover(window: window, place: place, region: region, bounds: region.bounds))
      }
    }
    // The topmost first: what fills the screen is found at once.
    covers.reverse()
    var work = Self.mostWork
    var (lasting, passing): ([PixelRect], [PixelRect]) = ([], [])
    for (window, entry) in present {
      let place = places[window] ?? 0
      lasting += rest(window, entry.region ?? ExactRegion([entry.rect]), entry.rect, covers, &work) { $0.place > place }
    }
    for left in left {
      let above = Set(left.above)
      let rects = rest(left.window, ExactRegion([left.rect]), left.rect, covers, &work) { above.contains($0.window) }
      if isCleared(left) { passing += rects } else { lasting += rects }
    }
    return (ExactRegion(lasting + passing), ExactRegion(lasting))
  }

  /// What `window` filled from the last picture until now; nil where that is not known.
  private func stable(_ window: Window, _ entry: TopLevels.Entry) -> ExactRegion? {
    guard let region = entry.region else { return nil }
    return kept[window].map { $0.intersection(region) } ?? region
  }

  /// What of `window`, `region` inside `rect`, none of `covers` is over that `isAbove`.
  private func rest(
    _ window: Window, _ region: ExactRegion, _ rect: PixelRect, _ covers: [Cover], _ work: inout Int,
    isAbove: (Cover) -> Bool
  ) -> [PixelRect] {
    var over: [PixelRect] = []
    for cover in covers {
      work -= 1
      if work < 0 { return region.rects }
      guard cover.bounds.x < rect.maxX, rect.x < cover.bounds.maxX, cover.bounds.y < rect.maxY,
        rect.y < cover.bounds.maxY, isAbove(cover), raised[cover.window]?.contains(window) != true
      else { continue }
      work -= 32 * cover.region.rects.count
      if cover.region.rects.contains(where: { $0.contains(rect) }) { return [] }
      over += cover.region.rects.map(rect.intersection).filter { !$0.isEmpty }
    }
    guard !over.isEmpty, over.count * region.rects.count <= Self.mostPieces else { return region.rects }
    return region.subtracting(ExactRegion(over)).rects
  }
}
