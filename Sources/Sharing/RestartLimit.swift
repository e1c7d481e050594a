/// Limits a viewer's ICE restarts: each takes ports, and an allocation on the TURN server that all viewers share.
///
/// Reads no clock: `second` is called once a second.
struct RestartLimit {
  /// Six calls of `second`: at least five seconds, wherever between two calls the request came.
  private static let pause = 6

  private var wait = 0
  /// Whether a restart is due as soon as it is allowed.
  private(set) var isWaiting = false

  /// Requests a restart.
  /// - Returns: whether it is allowed now; if not, `second` allows one later for all requests until then.
  mutating func request() -> Bool {
    guard wait == 0 else {
      isWaiting = true
      return false
    }
    wait = Self.pause
    return true
  }

  /// Withdraws the pending request: the path is restored, or another restart serves it.
  mutating func cancel() { isWaiting = false }

  /// Counts one second.
  /// - Returns: whether a pending restart is allowed now.
  mutating func second() -> Bool {
    wait = max(0, wait - 1)
    guard wait == 0, isWaiting else { return false }
    isWaiting = false
    return request()
  }
}
