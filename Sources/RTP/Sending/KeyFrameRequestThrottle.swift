internal import Media

/// Lets one request for a key frame through per window; what comes meanwhile is honoured once, at its end, unless a key
/// frame left in the meantime.
struct KeyFrameRequestThrottle {
  static let window = MediaTime.milliseconds(300)

  /// The last request let through, or the last key frame sent.
  private var last: MediaTime?
  private(set) var isPending = false

  /// When a waiting request is due.
  var wake: MediaTime? { isPending ? windowEnd : nil }

  private var windowEnd: MediaTime? { last.map { $0 + Self.window } }

  /// - Returns: whether to ask for a key frame now.
  mutating func request(now: MediaTime) -> Bool {
    if let windowEnd, now < windowEnd {
      isPending = true
      return false
    }
    last = now
    isPending = false
    return true
  }

  /// - Returns: whether a waiting request is due now.
  mutating func timeout(now: MediaTime) -> Bool {
    guard isPending else { return false }
    return request(now: now)
  }

  /// A key frame was queued: it answers all requests before it.
  mutating func keyFrameQueued(now: MediaTime) {
    last = now
    isPending = false
  }
}
