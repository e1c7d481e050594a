import Glibc
import Media

/// `CLOCK_MONOTONIC`, the clock of every recorder's timestamps.
enum MonotonicClock {
  static var nanoseconds: Int64 { MediaTime.now.nanoseconds }

  /// The time for a barcode drawn now.
  static var milliseconds: UInt32 { UInt32(truncatingIfNeeded: nanoseconds / 1_000_000) }

  static func sleep(until deadline: Int64) {
    var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
    while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
  }
}
