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
  private var isComposited = false
  /// Whether a compositing manager runs, or did since the last picture.
  private var wasComposited = false
  private var key = (0, 0)
  private var isOver = false
  /// When a window that has just come will have been drawn.
  private var nextDrawn: MediaTime?

  /// How long what a hidden window showed may be seen after it went: a manager's fade takes a quarter of a second, and a
  /// program not much longer to draw what was behind it.
  static let delay = MediaTime.milliseconds(600)
  private static let mostLeft = 64
  /// Rectangles that are compared for one picture, at the most: beyond, nothing counts as covered.
  private static let mostWork = 20_000

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
    kept[window] = kept[window].map { $0.intersection(region) } ?? region
    guard mayBeHidden, let entry, entry.isMapped else { return }
    leave(window, entry.rect, isCleared: false)
  }

  /// `window` comes to lie above `others`.
  func willRaise(_ window: Window, above others: ArraySlice<Window>) {
    guard raised.count < Self.mostLeft, others.count < 4096 else {
      kept[window] = ExactRegion()
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
  var isDue: Bool { !isOver || key != (tops.version, tops.identityVersion) }

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
    nextDrawn = nil
    let wasComposited = wasComposited
    let before = visible(hidden, left, trustsScreen: !wasComposited)
    let look = look(hidden, before.all, left.map(\.rect), wasComposited, now)
    // From now on changes count anew.
    (left, kept, raised, self.wasComposited) = ([], [:], [:], isComposited)
    let after = visible(hidden, [], trustsScreen: !isComposited)
    for rect in before.lasting.subtracting(after.all).rects { trail.add(rect, until: now + Self.delay) }
    key = (tops.version, tops.identityVersion)
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
    var covers: [Window: (place: Int, region: ExactRegion, bounds: PixelRect)] = [:]
    var places: [Window: Int] = [:]
    for (place, window) in tops.order.enumerated() {
      if hidden.contains(window) {
        places[window] = place
      } else if let entry = tops.entries[window], entry.isMapped, !entry.isInputOnly,
        !entry.rect.intersection(bounds).isEmpty, let region = stable(window, entry), !region.isEmpty
      {
        covers[window] = (place, region, region.bounds)
      }
    }
    var work = Self.mostWork
    var (lasting, passing): ([PixelRect], [PixelRect]) = ([], [])
    for (window, entry) in present {
      let place = places[window] ?? 0
      let over = covers.lazy.filter { $0.value.place > place && self.raised[$0.key]?.contains(window) != true }
      lasting += rest(entry.region ?? ExactRegion([entry.rect]), entry.rect, over.map(\.value), &work)
    }
    for left in left {
      let over = left.above.lazy.filter { self.raised[$0]?.contains(left.window) != true }.compactMap { covers[$0] }
      let rects = rest(ExactRegion([left.rect]), left.rect, over, &work)
      if isCleared(left) { passing += rects } else { lasting += rects }
    }
    return (ExactRegion(lasting + passing), ExactRegion(lasting))
  }

  /// What `window` filled from the last picture until now; nil where that is not known.
  private func stable(_ window: Window, _ entry: TopLevels.Entry) -> ExactRegion? {
    guard let region = entry.region else { return nil }
    return kept[window].map { $0.intersection(region) } ?? region
  }

  /// What of a window, `rect`, no other is over.
  private func rest(
    _ region: ExactRegion, _ rect: PixelRect,
    _ covers: some Sequence<(place: Int, region: ExactRegion, bounds: PixelRect)>, _ work: inout Int
  ) -> [PixelRect] {
    var over: [PixelRect] = []
    for cover in covers where !cover.bounds.intersection(rect).isEmpty {
      work -= cover.region.rects.count
      if work < 0 { return region.rects }
      if cover.region.rects.contains(where: { $0.contains(rect) }) { return [] }
      over += cover.region.rects.map(rect.intersection).filter { !$0.isEmpty }
    }
    return over.isEmpty ? region.rects : region.subtracting(ExactRegion(over)).rects
  }

  // MARK: Under a compositing manager

  /// A manager may blur what lies behind a window this far around a hidden one.
  private static let blur = 64
  private static let mostPatches = 64

  /// What is painted where hidden windows are, or were: a manager makes windows translucent without saying so, so none of the
  /// screen's pixels count there, but those that the windows above have themselves.
  private func composed(_ hidden: Set<Window>, left: [PixelRect], now: MediaTime) -> Look {
    var work = Self.mostWork
    let shown = tops.order.compactMap { window -> (window: Window, entry: TopLevels.Entry)? in
      guard let entry = tops.entries[window], entry.isMapped, !entry.isInputOnly else { return nil }
      return (window, entry)
    }
    // Where a hidden window went, and where its colours may have run, all that is there now is painted, from the bottom.
    var floor = trail.rects + left
    var blurred: [PixelRect] = []
    for (window, entry) in shown {
      if hidden.contains(window) {
        let (x, y) = (entry.rect.x - Self.blur, entry.rect.y - Self.blur)
        blurred.append(
          PixelRect(
            x: x, y: y, width: entry.rect.width + 2 * Self.blur, height: entry.rect.height + 2 * Self.blur))
      } else {
        work -= blurred.count
        let near = work > 0 ? blurred.map(entry.rect.intersection).filter { !$0.isEmpty } : blurred
        floor += near.isEmpty ? [] : entry.region.map { ExactRegion(near).intersection($0).rects } ?? near
      }
    }
    floor = ExactRegion(floor).rects
    var untrusted = floor
    var over: [(window: Window, entry: TopLevels.Entry, format: PixelFormat, region: ExactRegion)] = []
    for (window, entry) in shown {
      if hidden.contains(window) {
        untrusted.append(entry.rect)
        floor.append(entry.rect)
        continue
      }
      work -= floor.count
      guard work > 0 else { break }
      let parts = floor.map(entry.rect.intersection).filter { !$0.isEmpty }
      if parts.isEmpty { continue }
      let drawn = entry.freshSince + Self.delay
      if drawn > now { nextDrawn = min(nextDrawn ?? drawn, drawn) }
      guard drawn <= now, let format = entry.format, let region = entry.region else { continue }
      over.append((window, entry, format, ExactRegion(parts).intersection(region)))
    }
    if work <= 0 { untrusted += shown.filter { hidden.contains($0.window) }.map(\.entry.rect) }
    // What lies below something opaque is not read.
    var patches: [Patch] = []
    var above: [PixelRect] = []
    var next = over.count - 1
    for window in tops.order.reversed() where patches.count < Self.mostPatches {
      if hidden.contains(window) {
        if let entry = tops.entries[window], entry.isMapped { above.append(entry.rect) }
      } else if next >= 0, over[next].window == window {
        let (_, entry, format, region) = over[next]
        let seen = region.subtracting(ExactRegion(above))
        if !seen.isEmpty {
          patches.append(
            Patch(
              window: window, rect: entry.rect, format: format, freshSince: entry.freshSince,
              isWindow: entry.isWindow, region: seen))
        }
        if format.alphaMask == 0 { above += region.rects }
        next -= 1
      }
    }
    return Look(untrusted: ExactRegion(untrusted), patches: patches.reversed())
  }
}
