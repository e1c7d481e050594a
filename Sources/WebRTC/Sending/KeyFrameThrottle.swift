internal import Media

/// Decides when an encoder that many viewers share makes a key frame that some of them requested.
///
/// All key frames are at least 300 ms apart. A viewer that requests them repeatedly waits longer each time, up to five seconds,
/// so that one bad path does not lower everyone's picture quality. A new viewer waits only for the 300 ms.
struct KeyFrameThrottle {
  enum Action: Equatable {
    /// Encode a key frame.
    case encode
    /// Call `next` at this time.
    case wake(at: MediaTime)
    case none
  }

  private struct Viewer {
    /// When the viewer's next request may be met.
    var allowed = MediaTime.zero
    var penalty = Self.shortest
    /// Whether its request has not been met yet.
    var isWaiting = false

    static let shortest = MediaTime.milliseconds(300)
  }

  static let interval = MediaTime.milliseconds(300)
  static let longestPenalty = MediaTime.seconds(5)

  private var viewers: [Int: Viewer] = [:]
  private var lastKeyFrame: MediaTime?
  /// Whether a key frame was requested from the encoder and has not arrived yet.
  private var isOrdered = false

  /// A viewer requests a key frame.
  mutating func request(by id: Int, now: MediaTime) -> Action {
    viewers[id, default: Viewer()].isWaiting = true
    return next(now: now)
  }

  /// The encoder will make a key frame without a request.
  mutating func order() { isOrdered = true }

  /// What to do now; to be called at the time of `wake`, and may be called at any other.
  mutating func next(now: MediaTime) -> Action {
    guard !isOrdered else { return .none }
    let waiting = viewers.values.filter(\.isWaiting)
    guard let allowed = waiting.map(\.allowed).min() else { return .none }
    let due = lastKeyFrame.map { max(allowed, $0 + Self.interval) } ?? allowed
    guard now >= due else { return .wake(at: due) }
    for (id, viewer) in viewers where viewer.isWaiting && viewer.allowed <= now {
      // Ten seconds after the last penalty has ended, the next one is the shortest again.
      let isFresh = now - viewer.allowed >= .seconds(10)
      let penalty = isFresh ? Viewer.shortest : min(viewer.penalty + viewer.penalty, Self.longestPenalty)
      viewers[id]?.penalty = penalty
      viewers[id]?.allowed = now + penalty
    }
    isOrdered = true
    return .encode
  }

  /// A key frame has arrived, which meets all requests.
  mutating func encoded(now: MediaTime) {
    lastKeyFrame = now
    isOrdered = false
    for id in viewers.keys { viewers[id]?.isWaiting = false }
  }

  /// Removes a viewer that has left.
  mutating func remove(_ id: Int) { viewers[id] = nil }
}
