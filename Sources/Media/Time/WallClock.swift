#if canImport(Glibc)
  import Glibc
#endif

/// The time of day, for what others must be able to date. It may be stepped: distances are `MediaTime`'s.
public enum WallClock {
  /// Nanoseconds since 1 January 1970, `clock_gettime(CLOCK_REALTIME)`.
  public static var unixNanoseconds: Int64 {
    var reading = timespec()
    clock_gettime(CLOCK_REALTIME, &reading)
    return Int64(reading.tv_sec) * 1_000_000_000 + Int64(reading.tv_nsec)
  }
}
