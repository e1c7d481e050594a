public import Media

/// What the wall clock said when the monotonic clock was zero: maps capture times to NTP times.
///
/// Taken once and kept, so that a stepped wall clock does not pull audio and video apart.
public struct NTPClock: Sendable, Hashable {
  private let origin: NTPTime

  /// - Parameters:
  ///   - time: a reading of `CLOCK_MONOTONIC`.
  ///   - unixNanoseconds: a reading of `CLOCK_REALTIME` at that time.
  public init(at time: MediaTime, unixNanoseconds: Int64) {
    origin = NTPTime(unixNanoseconds: unixNanoseconds &- time.nanoseconds)
  }

  /// The wall clock at `time`.
  public func time(at time: MediaTime) -> NTPTime { origin.advanced(by: time) }

  /// The monotonic clock at `time`.
  public func mediaTime(at time: NTPTime) -> MediaTime { time.duration(since: origin) }
}
