/// How often a viewer may have another path made to it: each takes ports, and an allocation of the TURN server that all share.
///
/// Reads no clock: `second` is called once a second.
struct RestartLimit {
  /// At least five seconds, wherever in a second the request came.
  private static let pause = 6

  private var wait = 0
  /// Whether another path is to be made as soon as it may.
  private(set) var isWaiting = false

  /// Asks for another path.
  /// - Returns: whether it may be made now; else it may when `second` says so, once for all that ask until then.
  mutating func request() -> Bool {
    guard wait == 0 else {
      isWaiting = true
      return false
    }
    wait = Self.pause
    return true
  }

  /// What was waited for is there, or is of no use any more.
  mutating func cancel() { isWaiting = false }

  /// A second is over.
  /// - Returns: whether what was asked for meanwhile may be done now.
  mutating func second() -> Bool {
    wait = max(0, wait - 1)
    guard wait == 0, isWaiting else { return false }
    isWaiting = false
    return request()
  }
}
