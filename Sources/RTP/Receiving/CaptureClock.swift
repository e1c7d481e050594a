internal import Media

/// Converts a stream's RTP timestamps to the sender's wall clock.
struct CaptureClock {
  private let rate: Int
  private var first: RTPTimestamp?
  /// The last timestamp in units since the first.
  private var last: Int64 = 0
  private var reference: (time: NTPTime, ticks: Int64)?

  init(rate: Int) { self.rate = max(rate, 1) }

  /// Units since the first timestamp, without wrap-around.
  mutating func ticks(_ timestamp: RTPTimestamp) -> Int64 {
    let first = first ?? timestamp
    self.first = first
    let before = first.advanced(by: Int(truncatingIfNeeded: last))
    last = last &+ Int64(timestamp.distance(from: before))
    return last
  }

  /// Notes that `timestamp` stands for `time`. Before the first packet there is nothing to relate it to.
  mutating func setReference(_ time: NTPTime, for timestamp: RTPTimestamp) {
    guard let first, time.rawValue != 0 else { return }
    let before = first.advanced(by: Int(truncatingIfNeeded: last))
    reference = (time, last &+ Int64(timestamp.distance(from: before)))
  }

  /// The wall-clock time of `ticks`; nil before the first call of `setReference`.
  func time(at ticks: Int64) -> NTPTime? {
    guard let reference else { return nil }
    let distance = ticks &- reference.ticks
    // A reference more than a day away is not reliable.
    guard (distance / Int64(rate)).magnitude < 86_400 else { return nil }
    return reference.time.advanced(by: MediaTime(ticks: distance, at: rate))
  }
}
