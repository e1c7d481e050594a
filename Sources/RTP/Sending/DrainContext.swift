internal import Media

/// The state shared by the packets of one `drain` call.
struct DrainContext {
  let now: MediaTime
  let clock: NTPClock
  let roundTrip: MediaTime?
  /// 24 bits, 6.18 fixed point seconds.
  let absSendTime: UInt32
  /// The largest audio payload that may be repeated in the next packet (RED); 0 without recent loss.
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
