public import Media

/// How fast pictures leave. Sound is not paced.
public struct PacerSettings: Sendable, Hashable {
  /// The pace before the first feedback, as a multiple of the estimated rate.
  public var factorBeforeFeedback = 2.5
  /// The pace after it.
  public var factor = 1.1
  /// How much time's worth may leave at once: an ordinary frame should, a large one is spread.
  public var burst = MediaTime.milliseconds(40)
  /// More than this much time's worth waiting, the last key frame aside: frames are dropped up to the next key frame.
  public var queueLimit = MediaTime.seconds(2)

  public init() {}
}
