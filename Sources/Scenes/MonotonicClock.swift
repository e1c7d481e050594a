import Glibc
import Media

/// `CLOCK_MONOTONIC`, the clock every recorder stamps its frames with.
enum MonotonicClock {
  static var nanoseconds: Int64 { MediaTime.now.nanoseconds }

  /// What a barcode drawn now says.
  static var milliseconds: UInt32 { UInt32(truncatingIfNeeded: nanoseconds / 1_000_000) }

  static func sleep(until deadline: Int64) {
    var time = timespec(tv_sec: Int(deadline / 1_000_000_000), tv_nsec: Int(deadline % 1_000_000_000))
    while clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &time, nil) == EINTR {}
  }
}
