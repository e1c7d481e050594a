#if canImport(Glibc)
  import Glibc
#endif

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
