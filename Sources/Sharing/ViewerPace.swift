internal import RTP

/// Whether a viewer's path carries what is sent, and what is done where it does not, second by second.
///
/// Who loses most of what is sent even at the lowest rate is paused: is sent no pictures, and takes no part in the rate of the
/// others. Now and then the path is tried, ever more seldom, and when it carries enough the viewer goes on with a key frame.
struct ViewerPace {
  /// What is known of the second that is over.
  struct Second {
    /// Frames so far, and those that were dropped for want of room on the path.
    var framesSent: UInt64 = 0
    var framesDropped: UInt64 = 0
    /// What the viewer has reported so far, in packets.
    var packetsReceived: Int64 = 0
    var packetsLost: Int64 = 0
    /// Whether the rate cannot fall any more.
    var isAtLowestRate = false
    /// Of the last try of the path.
    var probe: RTPProbeOutcome?
  }

  enum Action: Equatable {
    case none
    /// Send no pictures from now on.
    case pause
    /// Try the path.
    case probe
    /// Send pictures again, from a key frame on.
    case resume
  }

  /// Bad seconds that make a viewer slow, and good ones that make up for them.
  private static let patience = 2
  private static let recovery = 3
  /// The share of packets whose loss leaves no picture that moves: sending them again costs what there is not.
  private static let unbearableLoss = 0.3
  /// Fewer packets say little about loss.
  private static let enoughPackets: Int64 = 20
  /// Seconds from a pause to the first try of the path, doubled with each that fails.
  private static let firstWait = 3
  private static let longestWait = 15
  /// Good seconds after which it is forgotten that there were others.
  private static let trust = 15

  /// Whether the viewer sees less than all, or nothing.
  private(set) var isBehind = false
  /// Whether the viewer is sent no pictures.
  var isPaused: Bool { countdown != nil }

  private var last: Second?
  private var reported = Second()
  private var bad = 0
  private var good = 0
  private var lossy = 0
  private var wait = Self.firstWait
  /// Seconds to the next try of the path; 0 while it is tried.
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
    // A frame or two are dropped at any key frame.
    let isShort = dropped >= 3 && dropped > sent
    if isShort || isLossy == true { bad += 1 } else if lossy == 0 { bad = 0 }
    good = dropped == 0 && sent > 0 && isLossy != true ? good + 1 : 0
    if good >= Self.recovery { lossy = 0 }
    isBehind = isBehind ? good < Self.recovery : bad >= Self.patience
    if good >= Self.trust { wait = Self.firstWait }
    guard lossy >= Self.patience, second.isAtLowestRate else { return .none }
    isBehind = true
    countdown = wait
    return .pause
  }

  /// - Returns: whether too much was lost of what has been reported on; nil when that is not enough to tell.
  private mutating func judgeLoss(_ second: Second) -> Bool? {
    let lost = max(0, second.packetsLost - reported.packetsLost)
    let all = lost + max(0, second.packetsReceived - reported.packetsReceived)
    guard all >= Self.enoughPackets else { return nil }
    reported = second
    let isLossy = Double(lost) > Self.unbearableLoss * Double(all)
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
    // What is not known is found out by a picture.
    countdown = nil
    last = nil
    (bad, good, lossy) = (0, 0, 0)
    return .resume
  }
}
