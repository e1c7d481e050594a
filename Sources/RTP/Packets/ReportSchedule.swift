internal import Media

/// When reports are due: at once when the first packet has left or come, then about once a second, spread so that the
/// reports of many connections do not fall together. Where sound is sent, some come 1/8, 1/4 and 1/2 s apart first: a receiver
/// needs two of each stream before it can play both in step. Source: RFC 3550 §6.2, §6.3.
struct ReportSchedule {
  private(set) var next: MediaTime?
  /// Milliseconds to the next report where sound is sent, in the middle.
  private var soonest: Int64 = 125
  private var random: SeededGenerator

  init(random: SeededGenerator) { self.random = random }

  /// Something is there to report on.
  mutating func activate(now: MediaTime) {
    if next == nil { next = now }
  }

  /// - Returns: whether reports are to be written now.
  mutating func isDue(withSound: Bool, now: MediaTime) -> Bool {
    guard let next, next <= now else { return false }
    let interval = withSound ? soonest : 1000
    self.next = now + .milliseconds(Int64.random(in: interval / 2...interval * 3 / 2, using: &random))
    if withSound { soonest = min(soonest * 2, 1000) }
    return true
  }
}
