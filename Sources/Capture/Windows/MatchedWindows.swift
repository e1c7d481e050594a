import CX11
import Media

/// The windows that exclusions have matched, shared by the captures of one display with the same exclusions: a share that
/// switches to another surface keeps masking a window that was renamed in the meantime.
///
/// Kept while one of these captures lives: only a running capture receives the event when a window is destroyed, and its id may
/// be reused then.
final class MatchedWindows: Sendable {
  private struct Key: Hashable {
    let display: String
    let selections: Set<WindowSelection>
  }

  private struct Reference {
    weak var value: MatchedWindows?
  }

  private static let all = Monitor<[Key: Reference]>([:])
  private struct State {
    var windows: Set<Window> = []
    /// For each exclusion that was checked, whether it has matched a window.
    var fitted: [WindowSelection: Bool] = [:]
  }

  private let state = Monitor(State())

  static func shared(display: String, _ selections: [WindowSelection]) -> MatchedWindows {
    let key = Key(display: display, selections: Set(selections))
    return all.withLock { all in
      all = all.filter { $0.value.value != nil }
      if let known = all[key]?.value { return known }
      let fresh = MatchedWindows()
      all[key] = Reference(value: fresh)
      return fresh
    }
  }

  var windows: Set<Window> { state.withLock { $0.windows } }
  func insert(_ window: Window) { state.withLock { _ = $0.windows.insert(window) } }
  func remove(_ window: Window) { state.withLock { _ = $0.windows.remove(window) } }

  /// Records whether `selection` matches a window now.
  /// - Returns: whether to report it: once if it matches none, and then once if it matches one.
  func shouldReport(_ selection: WindowSelection, fits: Bool) -> Bool {
    state.withLock { state in
      let before = state.fitted[selection]
      if before != true { state.fitted[selection] = fits }
      return before == nil ? !fits : before == false && fits
    }
  }
}
