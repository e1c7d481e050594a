internal import Media

/// When reports are due: at once when the first packet has left or come, then about once a second, spread so that the
/// reports of many connections do not fall together. Source: RFC 3550 §6.2, §6.3.
struct ReportSchedule {
  private(set) var next: MediaTime?
  private var random: SeededGenerator

  init(random: SeededGenerator) { self.random = random }

  /// Something is there to report on.
  mutating func activate(now: MediaTime) {
    if next == nil { next = now }
  }

  /// - Returns: whether reports are to be written now.
  mutating func isDue(now: MediaTime) -> Bool {
    guard let next, next <= now else { return false }
    self.next = now + .milliseconds(Int64.random(in: 500...1500, using: &random))
    return true
  }
}
