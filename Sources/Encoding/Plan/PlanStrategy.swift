internal import Media

/// What differs between planning for a file, whose bit rate is an average, and for viewers, whose bit rate is a ceiling.
///
/// Bits are in seconds of the bit rate: 0.25 are those of a quarter of a second. Numbers without a reason are by trial
/// (see `Tuning`); `PlannerRateTests` and `PlannerLiveTests` state what they achieve.
struct PlanStrategy {
  /// Limits for frames that are sent at the bit rate, in seconds of it.
  struct Sending {
    /// The maximum delay from coding a change to sending it.
    var maximumDelay: Double
    /// A refinement is coded when the one before has been sent but for this much, so that a change meanwhile is not
    /// delayed.
    var backlogAtRefinement: Double
    /// What a refinement takes.
    var refinement: Double
  }

  /// The span over which the bit rate holds, as `EncodingSettings.RateControl` promises.
  var span: MediaTime
  /// The bits of a key frame, which cannot wait: at least, at most, and at most during motion.
  var leastKeyFrame: Double
  var largestKeyFrame: Double
  var largestKeyFrameInMotion: Double
  var coarsestKeyFrame: VP8Quantizer
  /// How soon to ask again when too few bits are available for a refinement.
  var retryInterval: MediaTime
  /// How frames are sent; nil for a file, which takes them as they come.
  var sending: Sending?
  /// Initial predictions of the bits of large changes and of key frames.
  var changeModel: BitModel
  var keyModel: BitModel
  var refining: Refinement.Strategy
}

extension PlanStrategy {
  init(_ control: EncodingSettings.RateControl) {
    switch control {
    case .average: self = .file
    case .ceiling: self = .live
    }
  }

  /// A file keeps its key frames: they may be sharp on a still screen, and during motion they are no burst.
  private static let file = PlanStrategy(
    span: .seconds(10), leastKeyFrame: 0.25, largestKeyFrame: 2, largestKeyFrameInMotion: 0.5,
    coarsestKeyFrame: VP8Quantizer(48), retryInterval: .milliseconds(100), sending: nil,
    changeModel: BitModel(factor: 2500), keyModel: BitModel(factor: 4000),
    refining: .together(BitModel(factor: 1500)))

  /// A viewer waits for a key frame, which is sent at little more than the bit rate: it is coarse first and refined at
  /// once. Coarse quantizers are used, at which bits fall more slowly than the step grows: hence the exponents.
  private static let live = PlanStrategy(
    span: .seconds(2), leastKeyFrame: 0.125, largestKeyFrame: 0.25, largestKeyFrameInMotion: 0.25,
    coarsestKeyFrame: VP8Quantizer(63), retryInterval: .milliseconds(20),
    sending: Sending(maximumDelay: 0.25, backlogAtRefinement: 0.02, refinement: 0.1),
    changeModel: BitModel(factor: 300, exponent: 0.5), keyModel: BitModel(factor: 760, exponent: 0.4),
    refining: .piecewise(
      coarse: BitModel(factor: 2500, isCautious: true), finishing: BitModel(factor: 1500, isCautious: true)))
}
