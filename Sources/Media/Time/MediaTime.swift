#if canImport(Glibc)
  import Glibc
#endif

/// A point in time, or a distance between two, in nanoseconds.
///
/// Points are readings of `CLOCK_MONOTONIC`, taken at capture and carried unchanged to WebM timecodes and RTP
/// timestamps, so that rounding does not accumulate and a stepped wall clock has no effect.
public struct MediaTime: Sendable, Hashable, Comparable {
  /// Nanoseconds; negative only as a distance.
  public var nanoseconds: Int64

  /// A time of `nanoseconds`.
  public init(nanoseconds: Int64) { self.nanoseconds = nanoseconds }

  public static let zero = MediaTime(nanoseconds: 0)

  /// Later than everything; adding to it traps.
  public static let distantFuture = MediaTime(nanoseconds: .max)

  /// `n` nanoseconds.
  public static func nanoseconds(_ n: Int64) -> MediaTime { MediaTime(nanoseconds: n) }

  /// `n` milliseconds.
  public static func milliseconds(_ n: Int64) -> MediaTime { MediaTime(nanoseconds: n * 1_000_000) }

  /// `n` seconds, rounded to the nearest nanosecond.
  public static func seconds(_ n: Double) -> MediaTime { MediaTime(nanoseconds: Int64((n * 1e9).rounded())) }

  /// This time in seconds, for display and rates.
  public var seconds: Double { Double(nanoseconds) / 1e9 }

  /// This time in whole milliseconds, rounded to the nearest (halves away from zero).
  public var roundedMilliseconds: Int64 {
    let (quotient, remainder) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000)
    if remainder >= 500_000 { return quotient + 1 }
    if remainder <= -500_000 { return quotient - 1 }
    return quotient
  }

  /// The machine's monotonic clock, `clock_gettime(CLOCK_MONOTONIC)`.
  public static var now: MediaTime {
    var reading = timespec()
    clock_gettime(CLOCK_MONOTONIC, &reading)
    return MediaTime(nanoseconds: Int64(reading.tv_sec) * 1_000_000_000 + Int64(reading.tv_nsec))
  }

  public static func < (left: MediaTime, right: MediaTime) -> Bool { left.nanoseconds < right.nanoseconds }
  public static func + (left: MediaTime, right: MediaTime) -> MediaTime {
    MediaTime(nanoseconds: left.nanoseconds + right.nanoseconds)
  }
  public static func - (left: MediaTime, right: MediaTime) -> MediaTime {
    MediaTime(nanoseconds: left.nanoseconds - right.nanoseconds)
  }
  public static func += (left: inout MediaTime, right: MediaTime) { left = left + right }
}
