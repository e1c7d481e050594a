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

/// Conversion between times and ticks of a clock: samples, RTP timestamp units, steps. The product of a tick count and 10⁹
/// overflows 64 bits after two days at 48 kHz, so whole seconds and the remainder are converted separately.
extension MediaTime {
  /// The duration of `count` ticks at `rate` ticks per second, rounded down to the nanosecond. Wraps around beyond 292 years.
  /// - Parameters:
  ///   - count: ticks; may be negative.
  ///   - rate: at least 1, at most 9·10⁹.
  public init(ticks count: Int64, at rate: Int) {
    let rate = Int64(rate)
    var (seconds, rest) = count.quotientAndRemainder(dividingBy: rate)
    if rest < 0 {
      seconds -= 1
      rest += rate
    }
    self.init(nanoseconds: seconds &* 1_000_000_000 &+ rest * 1_000_000_000 / rate)
  }

  /// This time in ticks, `rate` per second, rounded down. Depends on this time alone, so that rounding never accumulates.
  public func ticks(at rate: Int) -> Int64 {
    let rate = Int64(rate)
    var (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    if rest < 0 {
      seconds -= 1
      rest += 1_000_000_000
    }
    return seconds &* rate &+ rest * rate / 1_000_000_000
  }

  /// The same, rounded to the nearest (halves away from zero).
  public func roundedTicks(at rate: Int) -> Int64 {
    let rate = Int64(rate)
    let (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    return seconds &* rate &+ (rest * rate + (rest < 0 ? -500_000_000 : 500_000_000)) / 1_000_000_000
  }
}

/// The time of day, for dates in files and messages. It may be stepped: use `MediaTime` for durations.
public enum WallClock {
  /// Nanoseconds since 1 January 1970, `clock_gettime(CLOCK_REALTIME)`.
  public static var unixNanoseconds: Int64 {
    var reading = timespec()
    clock_gettime(CLOCK_REALTIME, &reading)
    return Int64(reading.tv_sec) * 1_000_000_000 + Int64(reading.tv_nsec)
  }

  /// A time as a Matroska date: nanoseconds since 1 January 2001. Source: RFC 8794 §7.6.
  public static func matroskaDate(of time: MediaTime) -> Int64 {
    unixNanoseconds - (MediaTime.now - time).nanoseconds - 978_307_200_000_000_000
  }
}
