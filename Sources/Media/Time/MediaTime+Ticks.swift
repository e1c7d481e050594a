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
