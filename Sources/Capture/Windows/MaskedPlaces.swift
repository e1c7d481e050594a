import CX11
import Media

/// The places where masked windows may be visible, from one picture to the next. Used by one thread only.
///
/// Between two pictures every move, map, unmap and restack is followed event by event. A place of a masked window counts as
/// occluded only if another window was over it the whole time: any part that could be visible at any moment is black. It stays
/// black for `delay` afterwards, since programs take a moment to draw over it and a compositing manager fades it out.
final class MaskedPlaces {
  /// What a picture shows in place of the screen's pixels, in the root's coordinates.
  struct Mask: Equatable {
    /// Where the screen's pixels are not used: an excluded window may be in them.
    var untrusted = ExactRegion()
    /// Parts of other windows that are painted there over black, from bottom to top.
    var patches: [Patch] = []
  }

  /// A part of a window that is read from its own pixmap.
  struct Patch: Equatable {
    let window: Window
    /// With its border, in the root's coordinates.
    let rect: PixelRect
    let format: PixelFormat
    let freshSince: MediaTime
    /// Whether it is a window to its user, not a menu, a panel or a helper.
    let isWindow: Bool
    let region: ExactRegion
  }

  /// A place that a masked window had since the last picture, and has left.
  private struct FormerPlace {
    let window: Window
    let rect: PixelRect
    /// The windows over it at that time.
    let above: [Window]
    /// The window was masked only until its properties were read.
    let isCleared: Bool
  }

  private struct Key: Equatable {
    var version: Int
    var identityVersion: Int
  }

  /// Everything that the mask depends on while no event arrives.
  private struct State: Equatable {
    var key: Key
    var masked: Set<Window>
    var trail: [PixelRect]
    var isComposited: Bool
    var wasComposited: Bool
  }

  /// A window that may lie over masked ones.
  private struct Occluder {
    let window: Window
    let place: Int
    let region: ExactRegion
    let bounds: PixelRect
  }

  let tops: TopLevels
  private let connection: XConnection
  private let managerAtom: Atom
  /// Places where masked windows were visible, until they are certainly drawn over.
  private(set) var trail = Trail()
  private var left: [FormerPlace] = []
  /// For each window that changed since the last picture, the region that it filled the whole time.
  private var kept: [Window: ExactRegion] = [:]
  /// Windows that were raised since the last picture, and the windows that they were raised above.
  private var raised: [Window: Set<Window>] = [:]
  /// Whether more windows changed than are followed: then nothing counts as occluded.
  private var isOverwhelmed = false
  private var isComposited = false
  /// Whether a compositing manager runs, or did since the last picture.
  private var wasComposited = false
  /// The versions of the window list at the last picture.
  private var lastKey = Key(version: -1, identityVersion: -1)
  /// Whether the next picture has the same mask, unless an event arrives.
  private var isSettled = false
  /// The last mask and its inputs, if no event arrived while its picture was read.
  private var known: (state: State, mask: Mask)?
  /// When the next recently mapped window will have been drawn.
  private var nextDrawn: MediaTime?

  /// How long a masked window's pixels may stay visible after it was unmapped or moved: a manager's fade takes a quarter of a
  /// second, and programs take little longer to draw what was behind it.
  static let delay = MediaTime.milliseconds(600)
  private static let mostFormerPlaces = 64
  private static let mostChanged = 4096
  /// The most rectangles of a window times rectangles over it; a window with more does not count as occluded.
  private static let mostPieces = 100_000
  /// The most comparisons of windows for one picture; beyond, nothing counts as occluded.
  static let mostWork = 200_000

  init(_ tops: TopLevels, _ connection: XConnection) {
    self.tops = tops
    self.connection = connection
    managerAtom = XInternAtom(connection.display, "_NET_WM_CM_S\(XDefaultScreen(connection.display))", 0)
  }

  // MARK: Between two pictures

  /// `window` is about to change or to be removed; `entry` is nil if it was just created.
  /// - Parameter mayBeMasked: whether it is masked, or may turn out to be.
  func willChange(_ window: Window, _ entry: TopLevels.Entry?, mayBeMasked: Bool) {
    let region = entry?.isMapped == true ? entry?.region ?? ExactRegion() : ExactRegion()
    if kept[window] != nil || kept.count < Self.mostChanged {
      kept[window] = kept[window].map { $0.intersection(region) } ?? region
    } else {
      isOverwhelmed = true
    }
    guard mayBeMasked, let entry, entry.isMapped else { return }
    addFormerPlace(window, entry.rect, isCleared: false)
  }

  /// `window` is about to be raised above `others`.
  func willRaise(_ window: Window, above others: ArraySlice<Window>) {
    guard raised[window, default: []].count + others.count < Self.mostChanged,
      raised[window] != nil || raised.count < Self.mostFormerPlaces
    else {
      isOverwhelmed = true
      return
    }
    raised[window, default: []].formUnion(others)
  }

  /// `window` was masked and is not any more.
  func willClear(_ window: Window) {
    if let entry = tops.entries[window], entry.isMapped { addFormerPlace(window, entry.rect, isCleared: true) }
  }

  private func addFormerPlace(_ window: Window, _ rect: PixelRect, isCleared: Bool) {
    guard left.count < Self.mostFormerPlaces, let index = tops.order.firstIndex(of: window) else {
      trail.add(rect, until: .now + Self.delay)
      return
    }
    let above = tops.order[(index + 1)...].filter { other in
      tops.entries[other].map { $0.isMapped && !$0.rect.intersection(rect).isEmpty } ?? false
    }
    left.append(FormerPlace(window: window, rect: rect, above: above, isCleared: isCleared))
  }

  /// When the mask shrinks without an event.
  var nextDeadline: MediaTime? { [trail.nextDeadline, nextDrawn].compactMap { $0 }.min() }

  /// Whether the next picture may have another mask.
  var needsRepaint: Bool { !isSettled || lastKey != key }

  private var key: Key { Key(version: tops.version, identityVersion: tops.identityVersion) }

  // MARK: A picture

  /// To be called before a picture is read.
  func beginPicture(now: MediaTime) {
    trail.removeExpired(now)
    lookForManager()
  }

  private func lookForManager() {
    isComposited = XGetSelectionOwner(connection.display, managerAtom) != 0
    wasComposited = wasComposited || isComposited
  }

  /// The mask of the picture that was just read. All events up to the reading must have been processed.
  func mask(masked: Set<Window>) -> Mask {
    lookForManager()
    let now = MediaTime.now
    let state = State(
      key: key, masked: masked, trail: trail.rects, isComposited: isComposited, wasComposited: wasComposited)
    let isStill = left.isEmpty && kept.isEmpty && raised.isEmpty && !isOverwhelmed
    if isStill, state == known?.state, nextDrawn.map({ $0 > now }) ?? true, let known { return known.mask }
    nextDrawn = nil
    let before = visible(masked, left, trustsScreen: !wasComposited && !isOverwhelmed)
    let mask = mask(masked, before.all, left.map(\.rect), wasComposited, now)
    // Changes from here on belong to the next picture.
    let wasStill = isStill && isComposited == wasComposited
    (left, kept, raised, wasComposited, isOverwhelmed) = ([], [:], [:], isComposited, false)
    lastKey = key
    known = wasStill ? (state, mask) : nil
    isSettled = wasStill
    if wasStill { return mask }
    let after = visible(masked, [], trustsScreen: !isComposited)
    for rect in before.lasting.subtracting(after.all).rects { trail.add(rect, until: now + Self.delay) }
    isSettled = mask == self.mask(masked, after.all, [], isComposited, now)
    return mask
  }

  private func mask(
    _ masked: Set<Window>, _ visible: ExactRegion, _ left: [PixelRect], _ isComposited: Bool, _ now: MediaTime
  ) -> Mask {
    guard isComposited else { return Mask(untrusted: ExactRegion(visible.rects + trail.rects)) }
    let (mask, drawn) = composed(masked, left: left, now: now)
    if let drawn { nextDrawn = min(nextDrawn ?? drawn, drawn) }
    return mask
  }

  /// The parts of masked windows, and of the places in `left`, that could be visible at any moment.
  /// - Parameter trustsScreen: whether a window above hides what is below it, as it does without a compositing manager.
  /// - Returns: all of them; and those without the places of windows that turned out not to be excluded.
  private func visible(
    _ masked: Set<Window>, _ left: [FormerPlace], trustsScreen: Bool
  ) -> (all: ExactRegion, lasting: ExactRegion) {
    let present = masked.compactMap { window in tops.entries[window].map { (window, $0) } }.filter { $0.1.isMapped }
    guard !present.isEmpty || !left.isEmpty else { return (ExactRegion(), ExactRegion()) }
    func isCleared(_ place: FormerPlace) -> Bool {
      place.isCleared || tops.entries[place.window] != nil && !masked.contains(place.window)
    }
    guard trustsScreen else {
      let lasting = present.map(\.1.rect) + left.filter { !isCleared($0) }.map(\.rect)
      return (ExactRegion(lasting + left.map(\.rect)), ExactRegion(lasting))
    }
    let bounds = (present.map(\.1.rect) + left.map(\.rect)).reduce(PixelRect(x: 0, y: 0, width: 0, height: 0)) {
      $0.union($1)
    }
    var occluders: [Occluder] = []
    var places: [Window: Int] = [:]
    for (place, window) in tops.order.enumerated() {
      if masked.contains(window) {
        places[window] = place
      } else if let entry = tops.entries[window], entry.isMapped, !entry.isInputOnly,
        !entry.rect.intersection(bounds).isEmpty, let region = stable(window, entry), !region.isEmpty
      {
        occluders.append(Occluder(window: window, place: place, region: region, bounds: region.bounds))
      }
    }
    // The topmost first: a window that fills the screen is found at once.
    occluders.reverse()
    var work = Self.mostWork
    var (lasting, passing): ([PixelRect], [PixelRect]) = ([], [])
    for (window, entry) in present {
      let place = places[window] ?? 0
      lasting += rest(window, entry.region ?? ExactRegion([entry.rect]), entry.rect, occluders, &work) {
        $0.place > place
      }
    }
    for left in left {
      let above = Set(left.above)
      let rects = rest(left.window, ExactRegion([left.rect]), left.rect, occluders, &work) { above.contains($0.window) }
      if isCleared(left) { passing += rects } else { lasting += rects }
    }
    return (ExactRegion(lasting + passing), ExactRegion(lasting))
  }

  /// The region that `window` filled from the last picture until now; nil if it is not known.
  private func stable(_ window: Window, _ entry: TopLevels.Entry) -> ExactRegion? {
    guard let region = entry.region else { return nil }
    return kept[window].map { $0.intersection(region) } ?? region
  }

  /// The part of `window`, which fills `region` inside `rect`, that none of the `occluders` for which `isAbove` holds is over.
  private func rest(
    _ window: Window, _ region: ExactRegion, _ rect: PixelRect, _ occluders: [Occluder], _ work: inout Int,
    isAbove: (Occluder) -> Bool
  ) -> [PixelRect] {
    var over: [PixelRect] = []
    for occluder in occluders {
      work -= 1
      if work < 0 { return region.rects }
      guard occluder.bounds.x < rect.maxX, rect.x < occluder.bounds.maxX, occluder.bounds.y < rect.maxY,
        rect.y < occluder.bounds.maxY, isAbove(occluder), raised[occluder.window]?.contains(window) != true
      else { continue }
      work -= 32 * occluder.region.rects.count
      if occluder.region.rects.contains(where: { $0.contains(rect) }) { return [] }
      over += occluder.region.rects.map(rect.intersection).filter { !$0.isEmpty }
    }
    guard !over.isEmpty, over.count * region.rects.count <= Self.mostPieces else { return region.rects }
    return region.subtracting(ExactRegion(over)).rects
  }
}
