internal import Media
internal import RTP

/// Gives a remote track's frames their times: at first by their arrival, then, once the sender reports their capture times, by
/// these, so that its tracks are in sync. The change is made in small steps.
struct RemoteTrackClock {
  /// The most that the correction changes from one frame to the next.
  private static let step = MediaTime.milliseconds(2)

  private let clockRate: Int
  /// The time of tick 0, in nanoseconds.
  private var origin: Int64?
  private var correction = MediaTime.zero
  private var last: MediaTime?

  init(clockRate: Int) { self.clockRate = clockRate }

  /// The time of a frame, later than that of the frame before.
  /// - Parameters:
  ///   - ticks: the frame's RTP timestamp without wrap-around.
  ///   - captured: the capture time by the sender's clock, if known.
  ///   - offset: how far the sender's clock is behind this machine's, the same for all of its tracks; set by the first track
  ///     with a capture time.
  mutating func time(
    ticks: Int64, captured: MediaTime?, arrival: MediaTime, offset: inout MediaTime?
  ) -> MediaTime {
    // A sender can move its timestamps as far as it likes, in several leaps: so the arithmetic wraps around, and a time that is
    // more than 30 s off sets a new origin.
    let elapsed = MediaTime(ticks: ticks, at: clockRate).nanoseconds
    let now = arrival.nanoseconds
    let isFarOff = origin.map { origin in
      MediaTime(nanoseconds: origin &+ elapsed &+ correction.nanoseconds &- now).seconds.magnitude > 30
    }
    if isFarOff ?? true {
      origin = now &- elapsed
      correction = .zero
    }
    var time = MediaTime(nanoseconds: (origin ?? now) &+ elapsed)
    if let captured, abs((captured + (offset ?? (arrival - captured)) - arrival).seconds) < 30 {
      let known = offset ?? (time - captured)
      offset = known
      let wanted = captured + known - time
      let difference = wanted - correction
      correction += min(max(difference, MediaTime.zero - Self.step), Self.step)
    }
    time += correction
    if let last { time = max(time, last + .nanoseconds(1000)) }
    last = time
    return time
  }
}
