import CX11
import Media

/// The windows that exclusions have matched, shared by the captures of one display that exclude the same: whoever goes over
/// to another surface goes on hiding what was renamed meanwhile.
///
/// Kept for as long as one of them lives: only then is it told when a window is no more, whose number the next one may get.
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
    /// Whether an exclusion has fitted a window, of those that were asked for.
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

  /// Notes whether `selection` fits a window by now.
  /// - Returns: whether that is to be said: once that it fits nothing, and then once that it does.
  func isNews(_ selection: WindowSelection, fits: Bool) -> Bool {
    state.withLock { state in
      let before = state.fitted[selection]
      if before != true { state.fitted[selection] = fits }
      return before == nil ? !fits : before == false && fits
    }
  }
}
