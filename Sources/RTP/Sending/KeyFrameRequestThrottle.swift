internal import Media

/// Passes on one key frame request per window. Requests within a window are answered once, at its end, unless a key
/// frame is sent in the meantime.
struct KeyFrameRequestThrottle {
  private static let window = MediaTime.milliseconds(300)

  /// The last request passed on, or the last key frame sent.
  private var last: MediaTime?
  private var isPending = false

  /// When a pending request is due.
  var wake: MediaTime? { isPending ? windowEnd : nil }

  private var windowEnd: MediaTime? { last.map { $0 + Self.window } }

  /// - Returns: whether to request a key frame now.
  mutating func request(now: MediaTime) -> Bool {
    if let windowEnd, now < windowEnd {
      isPending = true
      return false
    }
    last = now
    isPending = false
    return true
  }

  /// - Returns: whether a pending request is due now.
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
