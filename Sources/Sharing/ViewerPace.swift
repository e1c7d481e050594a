internal import RTP

/// Decides each second whether a viewer's path carries the picture, and pauses a viewer whose path does not.
///
/// A viewer who loses too many packets even at the lowest rate is paused: it gets no pictures, and no longer affects the others'
/// rate. Its path is probed at growing intervals; when a probe gets through, the pictures resume with a key frame.
struct ViewerPace {
  /// Statistics at the end of a second; all counts are totals so far.
  struct Second {
    var framesSent: UInt64 = 0
    /// Frames dropped because the path had no room for them.
    var framesDropped: UInt64 = 0
    /// As reported by the viewer.
    var packetsReceived: Int64 = 0
    var packetsLost: Int64 = 0
    /// Whether the rate cannot fall any further.
    var isAtLowestRate = false
    /// The outcome of the last probe.
    var probe: RTPProbeOutcome?
  }

  enum Action: Equatable {
    case none
    /// Stop sending pictures.
    case pause
    /// Probe the path.
    case probe
    /// Send pictures again, starting with a key frame.
    case resume
  }

  /// Bad seconds before a viewer counts as behind, and good seconds before it has caught up.
  private static let badSecondLimit = 2
  private static let recovery = 3
  /// The share of lost packets above which the picture stands still: the path has no room for retransmissions.
  private static let highestLoss = 0.3
  /// With fewer packets the loss cannot be judged.
  private static let enoughPackets: Int64 = 20
  /// Seconds from a pause to the first probe, doubled after each.
  private static let firstWait = 3
  private static let longestWait = 15
  /// Good seconds after which `wait` starts at `firstWait` again.
  private static let waitReset = 15

  /// Whether the viewer misses frames or is paused.
  private(set) var isBehind = false
  /// Whether the viewer is sent no pictures.
  var isPaused: Bool { countdown != nil }

  private var last: Second?
  private var reported = Second()
  private var bad = 0
  private var good = 0
  private var lossy = 0
  private var wait = Self.firstWait
  /// Seconds to the next probe; 0 during a probe.
  private var countdown: Int?

  mutating func second(_ second: Second) -> Action {
    if let countdown { return wait(countdown, second.probe) }
    defer { last = second }
    guard let last, second.framesSent >= last.framesSent, second.framesDropped >= last.framesDropped else {
      reported = second
      return .none
    }
    let (sent, dropped) = (second.framesSent - last.framesSent, second.framesDropped - last.framesDropped)
    let isLossy = judgeLoss(second)
    // Every key frame may cost a dropped frame or two.
    let isShort = dropped >= 3 && dropped > sent
    if isShort || isLossy == true { bad += 1 } else if lossy == 0 { bad = 0 }
    good = dropped == 0 && sent > 0 && isLossy != true ? good + 1 : 0
    if good >= Self.recovery { lossy = 0 }
    isBehind = isBehind ? good < Self.recovery : bad >= Self.badSecondLimit
    if good >= Self.waitReset { wait = Self.firstWait }
    guard lossy >= Self.badSecondLimit, second.isAtLowestRate else { return .none }
    isBehind = true
    countdown = wait
    return .pause
  }

  /// - Returns: whether too many of the newly reported packets were lost; nil when they are too few to judge.
  private mutating func judgeLoss(_ second: Second) -> Bool? {
    let lost = max(0, second.packetsLost - reported.packetsLost)
    let all = lost + max(0, second.packetsReceived - reported.packetsReceived)
    guard all >= Self.enoughPackets else { return nil }
    reported = second
    let isLossy = Double(lost) > Self.highestLoss * Double(all)
    lossy = isLossy ? lossy + 1 : 0
    return isLossy
  }

  private mutating func wait(_ seconds: Int, _ probe: RTPProbeOutcome?) -> Action {
    if seconds > 0 {
      countdown = seconds - 1
      return seconds == 1 ? .probe : .none
    }
    guard probe != .underWay else { return .none }
    wait = min(2 * wait, Self.longestWait)
    if probe == .lost {
      countdown = wait
      return .none
    }
    // An inconclusive probe resumes as well: the pictures then show what the path carries.
    countdown = nil
    last = nil
    (bad, good, lossy) = (0, 0, 0)
    return .resume
  }
}
