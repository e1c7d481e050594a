internal import Media

/// What one drain knows, and what its packets share.
struct DrainContext {
  let now: MediaTime
  let clock: NTPClock
  let roundTrip: MediaTime?
  /// 24 bits, 6.18 fixed point seconds.
  let absSendTime: UInt32
  /// Bytes of sound that may be sent again in the packet after it; 0 while nothing is lost.
  let redundancyLimit: Int
  var nextTransportSequence: UInt16

  init(now: MediaTime, clock: NTPClock, roundTrip: MediaTime?, redundancyLimit: Int = 0, nextTransportSequence: UInt16)
  {
    self.now = now
    self.clock = clock
    self.roundTrip = roundTrip
    self.redundancyLimit = redundancyLimit
    self.nextTransportSequence = nextTransportSequence
    absSendTime = UInt32(truncatingIfNeeded: clock.time(at: now).rawValue >> 14) & 0xFF_FFFF
  }
}
