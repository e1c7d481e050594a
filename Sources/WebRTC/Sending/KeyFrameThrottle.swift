internal import Media

/// Decides when the one encoder of many viewers makes a key frame that some of them ask for.
///
/// Key frames of any cause are at least 300 ms apart. A viewer that asks again and again waits longer each time, up to five
/// seconds, so that one bad line does not coarsen everyone's picture; a newcomer, who has no past, waits for nothing else.
struct KeyFrameThrottle {
  enum Action: Equatable {
    /// Have one encoded.
    case encode
    /// Nothing before then.
    case wake(at: MediaTime)
    case none
  }

  private struct Viewer {
    /// When the viewer may have a key frame of its own again.
    var allowed = MediaTime.zero
    var penalty = Self.shortest
    /// When it asked, and has not got.
    var isWaiting = false

    static let shortest = MediaTime.milliseconds(300)
  }

  static let interval = MediaTime.milliseconds(300)
  static let longestPenalty = MediaTime.seconds(5)

  private var viewers: [Int: Viewer] = [:]
  private var lastKeyFrame: MediaTime?
  /// One has been ordered, and has not come.
  private var isOrdered = false

  /// The viewer needs a key frame.
  mutating func request(by id: Int, now: MediaTime) -> Action {
    viewers[id, default: Viewer()].isWaiting = true
    return next(now: now)
  }

  /// One comes without being asked for.
  mutating func order() { isOrdered = true }

  /// What to do at the time that `wake` named, or at any other.
  mutating func next(now: MediaTime) -> Action {
    guard !isOrdered else { return .none }
    let waiting = viewers.values.filter(\.isWaiting)
    guard let allowed = waiting.map(\.allowed).min() else { return .none }
    let due = lastKeyFrame.map { max(allowed, $0 + Self.interval) } ?? allowed
    guard now >= due else { return .wake(at: due) }
    for (id, viewer) in viewers where viewer.isWaiting && viewer.allowed <= now {
      // Some quiet, and all is forgotten.
      let isFresh = now - viewer.allowed >= .seconds(10)
      let penalty = isFresh ? Viewer.shortest : min(viewer.penalty + viewer.penalty, Self.longestPenalty)
      viewers[id]?.penalty = penalty
      viewers[id]?.allowed = now + penalty
    }
    isOrdered = true
    return .encode
  }

  /// A key frame came, which serves all.
  mutating func encoded(now: MediaTime) {
    lastKeyFrame = now
    isOrdered = false
    for id in viewers.keys { viewers[id]?.isWaiting = false }
  }

  /// The viewer is gone.
  mutating func remove(_ id: Int) { viewers[id] = nil }
}
