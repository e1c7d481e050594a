public import Media

/// How fast video packets are sent. Audio is not paced.
public struct PacerSettings: Sendable, Hashable {
  /// The pace before the first feedback, as a multiple of the estimated rate.
  public var factorBeforeFeedback = 2.5
  /// The pace after it.
  public var factor = 1.1
  /// The sending time that may be used at once: enough for an ordinary frame; a large one is spread.
  public var burst = MediaTime.milliseconds(40)
  /// The longest queue, in sending time without the last key frame: beyond it, frames are dropped up to the next key
  /// frame.
  public var queueLimit = MediaTime.seconds(2)

  public init() {}
}
