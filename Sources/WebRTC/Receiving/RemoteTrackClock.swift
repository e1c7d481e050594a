internal import Media
internal import RTP

/// Gives a remote track's frames their times: at first by when they came, then, as soon as the sender says when they were
/// captured, so that its tracks agree. The change is made little by little.
struct RemoteTrackClock {
  /// The most that a frame's time is changed by, against the frame before.
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
  ///   - captured: when it was captured by the sender's clock, if that is known.
  ///   - offset: what the sender's clock is behind ours, the same for all of its tracks; set here by the first that knows.
  mutating func time(
    ticks: Int64, captured: MediaTime?, arrival: MediaTime, offset: inout MediaTime?
  ) -> MediaTime {
    // Leap by leap a sender takes its timestamps as far as it likes: all this wraps around, and what is far off begins anew.
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
