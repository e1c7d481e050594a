public import Media

/// Maps capture times (monotonic clock) to NTP times (wall clock) by a fixed offset.
///
/// The offset is measured once and kept, so that a step of the wall clock does not separate audio and video.
public struct NTPClock: Sendable, Hashable {
  private let origin: NTPTime

  /// - Parameters:
  ///   - time: a reading of `CLOCK_MONOTONIC`.
  ///   - unixNanoseconds: a reading of `CLOCK_REALTIME` at that time.
  public init(at time: MediaTime, unixNanoseconds: Int64) {
    origin = NTPTime(unixNanoseconds: unixNanoseconds &- time.nanoseconds)
  }

  /// The wall-clock time at `time`.
  public func time(at time: MediaTime) -> NTPTime { origin.advanced(by: time) }

  /// The monotonic time at `time`.
  public func mediaTime(at time: NTPTime) -> MediaTime { time.duration(since: origin) }
}
