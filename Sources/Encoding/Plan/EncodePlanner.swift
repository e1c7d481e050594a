internal import Media

/// Decides what is coded when, and with which quantizer: the change-driven part of the encoder, without clock or codec.
///
/// - A change is coded at once. A small one is coded sharp; a large one gets the quantizer that the bit rate allows,
///   and its unsharp macroblocks are remembered.
/// - A macroblock that has not changed for a moment and is unsharp is refined, with finer and finer quantizers, until
///   it is sharp. Then the encoder idles.
/// - On a still screen keep-alives advance the time. Key frames come after a number of frames; where pictures are kept,
///   as in a file, also after a time.
struct EncodePlanner {
  /// Why a frame is coded.
  enum Kind: Sendable { case change, refinement, key }

  /// One frame to code.
  struct Step {
    var kind: Kind
    var map: MacroblockMap
    var quantizer: VP8Quantizer
    var speed: Int
    var isKeyFrame: Bool { kind == .key }
  }

  enum Action {
    case encode(Step)
    /// Repeats the picture: time advances, nothing changes.
    case keepAlive
    /// Nothing to do until then, unless something changes.
    case wait(until: MediaTime)
  }

  private let settings: EncodingSettings
  /// Changed and not yet coded.
  private var pending: MacroblockMap
  private var motion: MotionTracker
  private var keyFrames: KeyFrameSchedule
  private var refinement: Refinement
  private var lastOutput: MediaTime?

  private var budget: BitBudget
  private let coarsestKeyFrame: VP8Quantizer
  private let retryInterval: MediaTime
  private var changeModel: BitModel
  private var smallModel = Tuning.smallModel
  private var keyModel: BitModel
  /// Added to the settings' libvpx speeds to keep the frame rate.
  private var extraSpeed = 0

  init(settings: EncodingSettings, size: PixelSize) {
    let settings = settings.usable
    let strategy = PlanStrategy(settings.rateControl)
    self.settings = settings
    pending = MacroblockMap(size: size)
    motion = MotionTracker(size: size, frameRate: settings.frameRate)
    keyFrames = KeyFrameSchedule(settings: settings, size: size)
    refinement = Refinement(settings: settings, strategy: strategy.refining, size: size)
    budget = BitBudget(bitrate: settings.bitrate, strategy: strategy)
    coarsestKeyFrame = strategy.coarsestKeyFrame
    retryInterval = strategy.retryInterval
    changeModel = strategy.changeModel
    keyModel = strategy.keyModel
  }

  /// A planner for another picture size: starts with a key frame, and keeps the count of bits already sent.
  func resized(to size: PixelSize) -> EncodePlanner {
    var resized = EncodePlanner(settings: settings, size: size)
    resized.budget = budget
    resized.isKept = isKept
    return resized
  }

  /// Bits a second, from now on, within the settings.
  var bitrate: Int {
    get { budget.bitrate }
    set { budget.bitrate = min(max(newValue, settings.minimumBitrate), settings.bitrate) }
  }

  /// Whether the pictures are kept: then key frames come at intervals, for players that seek.
  var isKept: Bool {
    get { keyFrames.isKept }
    set { keyFrames.isKept = newValue }
  }

  /// Whether something changed that has not been coded.
  var hasPending: Bool { !pending.isEmpty }

  /// The macroblocks that are coded, and not yet sharp.
  var unsharp: MacroblockMap { refinement.unsharp }

  /// Adds changes of the picture.
  mutating func change(_ map: MacroblockMap, now: MediaTime) {
    pending.formUnion(map)
    motion.change(map, now: now)
    keyFrames.change(map)
    refinement.remove(map)
  }

  /// Makes the next frame a key frame, for a viewer or a file.
  mutating func requestKeyFrame() { keyFrames.request() }

  /// What to do now.
  mutating func next(now: MediaTime) -> Action {
    motion.advance(to: now)
    // Before the first frame: wait for a picture, or code it as a key frame.
    guard let lastOutput else { return pending.isEmpty ? .wait(until: .distantFuture) : .encode(keyFrame(now: now)) }
    if keyFrames.isRequested { return .encode(keyFrame(now: now)) }
    let keyFrameIsDue = keyFrames.isDue(lastOutput: lastOutput, now: now)
    if !pending.isEmpty {
      if keyFrameIsDue { return .encode(keyFrame(now: now)) }
      let model = isSmall(pending.count) ? smallModel : changeModel
      let least = model.bits(macroblocks: pending.count, quantizer: settings.coarsestQuantizer)
      guard budget.hasRoom(forChangeOf: least, now: now) else { return .wait(until: now + Tuning.changeRetry) }
      return .encode(changeFrame(now: now))
    }
    let refinementBits = refinement.isDue(now: now) ? budget.refinement(now: now) : nil
    if let refinementBits, let map = refinement.candidates(motion, now: now), !map.isEmpty {
      return .encode(keyFrameIsDue ? keyFrame(now: now) : refinement.step(map, bits: refinementBits))
    }
    let outputAt = min(lastOutput + settings.keepAliveInterval, keyFrames.seekPointAt)
    if now >= outputAt { return keyFrameIsDue ? .encode(keyFrame(now: now)) : .keepAlive }
    if refinement.unsharp.isEmpty { return .wait(until: outputAt) }
    let soonest = now + (budget.refinement(now: now) != nil ? .milliseconds(1) : retryInterval)
    return .wait(until: min(outputAt, max(soonest, refinement.nextTime(motion))))
  }

  /// Takes the result of a step.
  /// - Parameters:
  ///   - unsharp: which of the step's macroblocks (all, after a key frame) are not sharp yet.
  ///   - seconds: how long coding took.
  mutating func encoded(_ step: Step, bytes: Int, unsharp left: MacroblockMap, seconds: Double, now: MediaTime) {
    budget.add(bits: bytes * 8, now: now)
    lastOutput = now
    keyFrames.coded(isKeyFrame: step.isKeyFrame)
    switch step.kind {
    case .key: keyModel.update(bits: bytes * 8, macroblocks: step.map.count, quantizer: step.quantizer)
    case .change where isSmall(step.map.count):
      smallModel.update(bits: bytes * 8, macroblocks: step.map.count, quantizer: step.quantizer)
    case .change:
      changeModel.update(bits: bytes * 8, macroblocks: step.map.count, quantizer: step.quantizer)
      adaptSpeed(share: seconds * settings.frameRate)
    case .refinement: break
    }
    refinement.coded(step, bits: bytes * 8, unsharp: left, now: now)
    refinement.remove(pending)
  }

  /// Counts a keep-alive of `bytes` bytes.
  mutating func sentKeepAlive(bytes: Int, now: MediaTime) {
    budget.add(bits: bytes * 8, now: now)
    lastOutput = now
    keyFrames.coded(isKeyFrame: false)
  }

  /// - Parameter share: how much of a frame's interval a large change took to code.
  private mutating func adaptSpeed(share: Double) {
    // A frame that takes nearly its whole interval delays the next one; well below half of it, a slower speed is
    // affordable.
    if share > Tuning.busyShare {
      extraSpeed = min(extraSpeed + Tuning.fasterStep, Tuning.maximumExtraSpeed)
    } else if share < Tuning.idleShare {
      extraSpeed = max(extraSpeed - 1, 0)
    }
  }

  private mutating func keyFrame(now: MediaTime) -> Step {
    let isMoving = motion.isMoving
    var map = pending
    map.markAll()
    pending.clear()
    keyFrames.begin(now: now)
    let quantizer = keyModel.quantizer(
      macroblocks: map.total, bits: budget.keyFrame(isMoving: isMoving, now: now),
      finest: isMoving ? settings.changeQuantizer : settings.sharpQuantizer)
    return Step(kind: .key, map: map, quantizer: min(quantizer, coarsestKeyFrame), speed: settings.keySpeed)
  }

  private mutating func changeFrame(now: MediaTime) -> Step {
    let map = pending
    pending.clear()
    let small = isSmall(map.count)
    let model = small ? smallModel : changeModel
    let bits = budget.change(rate: motion.rate, now: now)
    let finest =
      small ? settings.sharpQuantizer : (motion.isMoving ? settings.motionQuantizer : settings.changeQuantizer)
    let quantizer = model.quantizer(macroblocks: map.count, bits: bits, finest: finest)
    return Step(
      kind: .change, map: map, quantizer: min(quantizer, settings.coarsestQuantizer),
      speed: small ? settings.changeSpeed : min(settings.motionSpeed + extraSpeed, Tuning.maximumSpeed))
  }

  private func isSmall(_ macroblocks: Int) -> Bool {
    macroblocks * Tuning.smallPart <= pending.total || macroblocks <= Tuning.smallCount
  }
}
