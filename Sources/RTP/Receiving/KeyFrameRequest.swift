internal import Media

/// Requests a key frame from the sender, repeatedly and at intervals, until one arrives.
struct KeyFrameRequest {
  private static let interval = MediaTime.milliseconds(500)

  private var neededFrom: MediaTime?
  private var lastSent: MediaTime?
  private(set) var commandNumber: UInt8 = 0

  /// A key frame is needed unless one arrives before `time`.
  mutating func need(from time: MediaTime) { neededFrom = min(neededFrom ?? time, time) }

  mutating func satisfied() { neededFrom = nil }

  /// When to send the next request; `.distantFuture` for none.
  var wake: MediaTime {
    guard let neededFrom else { return .distantFuture }
    return lastSent.map { max($0 + Self.interval, neededFrom) } ?? neededFrom
  }

  /// - Returns: whether to send a request now; if so, it counts as sent.
  mutating func isDue(now: MediaTime) -> Bool {
    guard wake <= now else { return false }
    lastSent = now
    commandNumber &+= 1
    return true
  }
}
