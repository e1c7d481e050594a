import Media

/// The time at which a stream's first sample was played, or would have been; it gives the time of every other sample.
struct StreamClock {
  private static let capacity = 12

  private var origins: [MediaTime] = []
  private var device: UInt32?
  private var underruns: Int64?

  /// Answers can be late but never early, so the earliest of the last ones is the best.
  var origin: MediaTime? { origins.count >= 3 ? origins.min() : nil }

  /// Adds an answer of the server. A move to another device or an underrun invalidates earlier answers.
  mutating func add(_ origin: MediaTime, device: UInt32, underruns: Int64) {
    if device != self.device || underruns != self.underruns { origins = [] }
    (self.device, self.underruns) = (device, underruns)
    origins.append(origin)
    if origins.count > Self.capacity { origins.removeFirst() }
  }
}
