package import Media

/// A wall-clock time in 2⁻³² s since 1900. Source: RFC 3550 §4.
package struct NTPTime: RawRepresentable, Sendable, Hashable, Comparable {
  package var rawValue: UInt64

  package init(rawValue: UInt64) { self.rawValue = rawValue }

  /// `nanoseconds` after 1 January 1970.
  package init(unixNanoseconds nanoseconds: Int64) {
    self = NTPTime(rawValue: 2_208_988_800 << 32).advanced(by: MediaTime(nanoseconds: nanoseconds))
  }

  /// Milliseconds since 1 January 1970, as in the W3C's statistics.
  package var unixMilliseconds: Double {
    let seconds = Int64(rawValue >> 32) - 2_208_988_800
    // A value before 1970 is a time after 2036: the next NTP era.
    let inEra = seconds < 0 ? seconds + (1 << 32) : seconds
    return Double(inEra) * 1000 + Double(rawValue & 0xFFFF_FFFF) * 1000 / 4_294_967_296
  }

  /// The middle 32 bits, in 2⁻¹⁶ s, as echoed in report blocks (LSR).
  package var compact: UInt32 { UInt32(truncatingIfNeeded: rawValue >> 16) }

  /// The time `duration` later; wraps around in 2036, as NTP time does.
  package func advanced(by duration: MediaTime) -> NTPTime {
    let (seconds, rest) = duration.nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    // |rest| < 2³⁰, so the product stays within 62 bits.
    let fraction = (rest << 32) / 1_000_000_000
    return NTPTime(rawValue: rawValue &+ UInt64(bitPattern: (seconds << 32) &+ fraction))
  }

  /// The signed difference modulo 2³² s: at most 68 years.
  package func duration(since other: NTPTime) -> MediaTime {
    let difference = Int64(bitPattern: rawValue &- other.rawValue)
    let seconds = difference >> 32
    let fraction = difference & 0xFFFF_FFFF
    return MediaTime(nanoseconds: seconds * 1_000_000_000 + (fraction * 1_000_000_000) >> 32)
  }

  package static func < (left: NTPTime, right: NTPTime) -> Bool { left.rawValue < right.rawValue }
}

/// Maps capture times (monotonic clock) to NTP times (wall clock) by a fixed offset.
///
/// The offset is measured once and kept, so that a step of the wall clock does not separate audio and video.
package struct NTPClock: Sendable, Hashable {
  private let origin: NTPTime

  /// - Parameters:
  ///   - time: a reading of `CLOCK_MONOTONIC`.
  ///   - unixNanoseconds: a reading of `CLOCK_REALTIME` at that time.
  package init(at time: MediaTime, unixNanoseconds: Int64) {
    origin = NTPTime(unixNanoseconds: unixNanoseconds &- time.nanoseconds)
  }

  /// The wall-clock time at `time`.
  package func time(at time: MediaTime) -> NTPTime { origin.advanced(by: time) }

  /// The monotonic time at `time`.
  package func mediaTime(at time: NTPTime) -> MediaTime { time.duration(since: origin) }
}
