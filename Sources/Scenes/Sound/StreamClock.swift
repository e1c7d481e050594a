import Media

/// When a stream's first sample was played, or would have been: with it, every other's time is known.
struct StreamClock {
  private static let kept = 12

  private var origins: [MediaTime] = []
  private var device: UInt32?
  private var underruns: Int64?

  /// Answers come late, never early: the earliest of the last ones is the best.
  var origin: MediaTime? { origins.count >= 3 ? origins.min() : nil }

  /// Takes an answer of the server. One after a move to another device, or after the sound broke off, makes those before void.
  mutating func add(_ origin: MediaTime, device: UInt32, underruns: Int64) {
    if device != self.device || underruns != self.underruns { origins = [] }
    (self.device, self.underruns) = (device, underruns)
    origins.append(origin)
    if origins.count > Self.kept { origins.removeFirst() }
  }
}
