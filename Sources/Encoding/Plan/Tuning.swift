internal import Media

/// The numbers by which frames are planned, whatever the bit rate bounds; `PlanStrategy` has those that differ.
///
/// "By trial": chosen on recorded desktops and in `PlannerSimulation`, without a measurement on record. The planner's
/// tests state what they have to achieve.
enum Tuning {
  // MARK: - Changes

  /// A change is small, and coded sharp at once, up to a fiftieth of the macroblocks, or this many. A prototype coded
  /// damage below 2 % that way: typing rested at a luma SSIM of 0.99975 with a fifth of ffmpeg's bytes. The count, for
  /// small pictures, is by trial.
  static let smallPart = 50
  static let smallCount = 40
  /// The initial bits per macroblock × step of a small change; mostly text. By trial.
  static let smallModel = BitModel(factor: 4000)
  /// How soon to ask again when a change must wait for the bit rate. By trial: below a frame's interval.
  static let changeRetry = MediaTime.milliseconds(10)
  /// Coarser than this quantizer no macroblock of a change is sharp enough to be worth measuring, least of all in
  /// motion. By trial.
  static let coarsestMeasured = 12

  // MARK: - Motion

  /// What has changed counts as in motion for one to two of these. By trial.
  static let motionInterval = MediaTime.milliseconds(250)
  /// The weight of a change in the average of how much of the picture changes at a time. By trial.
  static let shareWeight = 0.3
  /// Much is in motion above this many whole pictures a second. By trial.
  static let motionThreshold = 0.5
  /// How many changes show the rate of motion that has just begun, which the average does not show yet: without it the
  /// first second exceeded the bit rate. By trial.
  static let recentChanges = 4

  // MARK: - Speed

  /// libvpx is made faster by `fasterStep` when a large change takes more than `busyShare` of its frame's interval, and
  /// slower by 1 below `idleShare`: a faster speed costs bytes (for moving text, speed 8 takes two to four times those
  /// of 4, since 4 finds the motion), so that speed is returned as soon as possible. The shares and steps are by trial;
  /// an estimate of the seconds per macroblock, tried before, kept a needless speed.
  static let busyShare = 0.85
  static let idleShare = 0.4
  static let fasterStep = 2
  static let maximumExtraSpeed = 12
  /// libvpx's fastest.
  static let maximumSpeed = 16

  // MARK: - Bits

  /// The part of the span's bits that changes leave to refinement; over as much before it their bits decrease. By
  /// trial.
  static let reservedPart = 10
  static let easePart = 0.1
  /// A change's bits, relative to its share of the bit rate. By trial.
  static let changeShare = 1.25
  /// A change's share of the bit rate is at most that of so many a second. By trial.
  static let leastChangeRate = 2.0
  /// The most that one change takes of the bits that may wait to be sent. By trial.
  static let backlogShare = 0.8

  // MARK: - Refinement

  /// A screen is still this many frames' intervals after a change. By trial: the next change of motion comes before.
  static let quietFrames = 1.5
  /// How often macroblocks that rest are refined while others move. By trial.
  static let refinementInterval = MediaTime.milliseconds(300)
  /// The coarsest quantizer for a refinement of a file. A prototype's first refinement had this ceiling, and its
  /// desktops rested at a luma SSIM of 0.9998.
  static let coarsestRefinement = VP8Quantizer(20)
  /// Above an eighth of coarse macroblocks these are improved together before any macroblock is made perfect. By trial.
  static let coarsePart = 8
  /// No refinement while fewer bits are available than those of an eighth of a second. By trial.
  static let leastRefinement = 0.125

  // MARK: - Key frames

  /// The longest that a key frame comes early, so that the next frame would not be too late for it. By trial, on a slow
  /// machine where it came a third of a second late.
  static let maximumLead = MediaTime.milliseconds(500)
}
