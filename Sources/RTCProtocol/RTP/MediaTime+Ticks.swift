public import Media

extension MediaTime {
  /// This time in units of `rate` to the second, rounded down: the same for a time whatever came before, so that nothing
  /// drifts.
  public func ticks(at rate: Int) -> Int64 {
    let rate = Int64(rate)
    var (seconds, rest) = nanoseconds.quotientAndRemainder(dividingBy: 1_000_000_000)
    if rest < 0 {
      seconds -= 1
      rest += 1_000_000_000
    }
    return seconds &* rate &+ rest * rate / 1_000_000_000
  }
}
