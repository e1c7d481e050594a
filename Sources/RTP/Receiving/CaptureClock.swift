internal import Media

/// What a stream's timestamps mean by the sender's wall clock.
struct CaptureClock {
  private let rate: Int
  private var first: RTPTimestamp?
  /// Of the last timestamp, counted from the first.
  private var last: Int64 = 0
  private var pair: (time: NTPTime, ticks: Int64)?

  init(rate: Int) { self.rate = max(rate, 1) }

  /// Units from the first timestamp, without wrap-around.
  mutating func ticks(_ timestamp: RTPTimestamp) -> Int64 {
    let first = first ?? timestamp
    self.first = first
    let before = first.advanced(by: Int(truncatingIfNeeded: last))
    last = last &+ Int64(timestamp.distance(from: before))
    return last
  }

  /// Learns that `timestamp` was at `time`; before the first packet there is nothing to relate it to.
  mutating func learn(_ time: NTPTime, at timestamp: RTPTimestamp) {
    guard let first, time.rawValue != 0 else { return }
    let before = first.advanced(by: Int(truncatingIfNeeded: last))
    pair = (time, last &+ Int64(timestamp.distance(from: before)))
  }

  /// When `ticks` was, if the stream has told.
  func time(at ticks: Int64) -> NTPTime? {
    guard let pair else { return nil }
    let distance = ticks &- pair.ticks
    // Beyond a day it says nothing.
    guard (distance / Int64(rate)).magnitude < 86_400 else { return nil }
    return pair.time.advanced(by: MediaTime(ticks: distance, at: rate))
  }
}
