internal import Media

/// Asks the sender for a key frame until one comes, with pauses.
struct KeyFrameRequest {
  private static let interval = MediaTime.milliseconds(500)

  private var wantedFrom: MediaTime?
  private var asked: MediaTime?
  private(set) var commandNumber: UInt8 = 0

  /// A key frame is needed, unless one comes before `time`.
  mutating func want(from time: MediaTime) { wantedFrom = min(wantedFrom ?? time, time) }

  mutating func satisfied() { wantedFrom = nil }

  /// When to ask, if at all.
  var wake: MediaTime {
    guard let wantedFrom else { return .distantFuture }
    return asked.map { max($0 + Self.interval, wantedFrom) } ?? wantedFrom
  }

  /// - Returns: whether to ask now, which then counts as done.
  mutating func isDue(now: MediaTime) -> Bool {
    guard wake <= now else { return false }
    asked = now
    commandNumber &+= 1
    return true
  }
}
