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

  /// Whether the pictures are kept: then key frames come at intervals, for players that seek.
  var isKept = false

  private let settings: EncodingSettings
  private let size: PixelSize
  /// Changed and not yet coded.
  private var pending: MacroblockMap
  /// Coded, and not yet sharp.
  private(set) var unsharp: MacroblockMap
  /// Changed in the current quarter of a second, and in the one before: what is in motion.
  private var moving: MacroblockMap
  private var movedBefore: MacroblockMap
  private var movingSince = MediaTime.zero
  /// The quantizer each macroblock was last coded with, and how often it has been refined with the finest.
  private var coarseness: [UInt8]
  private var finestPasses: [UInt8]

  private var lastChange = MediaTime.zero
  private var lastOutput: MediaTime?
  private var lastRefinement = MediaTime.zero
  private var framesSinceKey = 0
  private var lastKeyFrame = MediaTime.zero
  private var changedSinceKey: MacroblockMap
  private var keyFrameRequested = true

  private var budget: BitBudget
  private var models: [Kind: BitModel]
  private var smallModel = BitModel(factor: 4000)
  /// For live refinements with the finest quantizer: macroblocks refined before take fewer bits than coarse ones.
  private var finishingModel = BitModel(factor: 1500, isCautious: true)
  /// Coded changes a second, an average over about a second.
  private var changeRate = 0.0
  /// Times of the last four changes: the average does not yet show motion that has just begun.
  private var recentChanges: [MediaTime] = []
  /// The part of the picture that changes at a time, averaged over a few changes.
  private var changeShare = 0.0
  /// Added to the settings' libvpx speeds to keep the frame rate.
  private var extraSpeed = 0

  init(settings: EncodingSettings, size: PixelSize) {
    let settings = settings.usable
    self.settings = settings
    self.size = size
    pending = MacroblockMap(size: size)
    unsharp = pending
    moving = pending
    movedBefore = pending
    changedSinceKey = pending
    coarseness = [UInt8](repeating: 63, count: pending.total)
    finestPasses = [UInt8](repeating: 0, count: pending.total)
    budget = BitBudget(settings)
    models =
      settings.rateControl == .average
      ? [.change: BitModel(factor: 2500), .refinement: BitModel(factor: 1500), .key: BitModel(factor: 4000)]
      : [
        .change: BitModel(factor: 300, exponent: 0.5), .refinement: BitModel(factor: 2500, isCautious: true),
        .key: BitModel(factor: 760, exponent: 0.4),
      ]
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

  private var isLive: Bool { settings.rateControl == .ceiling }

  /// Whether something changed that has not been coded.
  var hasPending: Bool { !pending.isEmpty }

  /// Adds changes of the picture.
  mutating func change(_ map: MacroblockMap, now: MediaTime) {
    rotateMoving(now: now)
    pending.formUnion(map)
    moving.formUnion(map)
    changedSinceKey.formUnion(map)
    unsharp.subtract(map)
    let distance = max(0.001, (now - lastChange).seconds)
    let weight = min(1, distance)
    changeRate += (min(1 / distance, settings.frameRate) - changeRate) * weight
    changeShare += (Double(map.count) / Double(map.total) - changeShare) * 0.3
    lastChange = now
    recentChanges.append(now)
    if recentChanges.count > 4 { recentChanges.removeFirst() }
  }

  /// Makes the next frame a key frame, for a viewer or a file.
  mutating func requestKeyFrame() { keyFrameRequested = true }

  /// What to do now.
  mutating func next(now: MediaTime) -> Action {
    rotateMoving(now: now)
    // Before the first frame: wait for a picture, or code it as a key frame.
    guard let lastOutput else { return pending.isEmpty ? .wait(until: .distantFuture) : .encode(keyFrame(now: now)) }
    if keyFrameRequested { return .encode(keyFrame(now: now)) }
    let seekPointAt = seekPointAt
    // The next frame may come as long after this one as this one came after the last.
    let keyFrameIsDue =
      framesSinceKey >= settings.keyFrameInterval || now + min(now - lastOutput, .milliseconds(500)) >= seekPointAt
    let outputAt = min(lastOutput + settings.keepAliveInterval, seekPointAt)
    if !pending.isEmpty {
      if keyFrameIsDue { return .encode(keyFrame(now: now)) }
      let model = isSmall(pending.count) ? smallModel : models[.change]!
      let least = model.bits(macroblocks: pending.count, quantizer: settings.coarsestQuantizer)
      guard budget.hasRoom(forChangeOf: least, now: now) else { return .wait(until: now + .milliseconds(10)) }
      return .encode(changeFrame(now: now))
    }
    let refinable = refinableMap(now: now)
    if let refinable, !refinable.isEmpty {
      return .encode(keyFrameIsDue ? keyFrame(now: now) : refinement(refinable, now: now))
    }
    if now >= outputAt { return keyFrameIsDue ? .encode(keyFrame(now: now)) : .keepAlive }
    if unsharp.isEmpty { return .wait(until: outputAt) }
    let soonest = now + (budget.refinement(now: now) != nil ? .milliseconds(1) : budget.retryInterval)
    return .wait(until: min(outputAt, max(soonest, nextRefinement(now: now))))
  }

  /// Takes the result of a step.
  /// - Parameters:
  ///   - unsharp: which of the step's macroblocks (all, after a key frame) are not sharp yet.
  ///   - seconds: how long coding took.
  mutating func encoded(_ step: Step, bytes: Int, unsharp left: MacroblockMap, seconds: Double, now: MediaTime) {
    budget.add(bits: bytes * 8, now: now)
    lastOutput = now
    framesSinceKey = step.isKeyFrame ? 1 : framesSinceKey + 1
    if isSmall(step.map.count), step.kind == .change {
      smallModel.update(bits: bytes * 8, macroblocks: step.map.count, quantizer: step.quantizer)
    } else if step.kind == .refinement, isLive, step.quantizer == settings.finestQuantizer {
      finishingModel.update(bits: bytes * 8, macroblocks: step.map.count, quantizer: step.quantizer)
    } else {
      models[step.kind]?.update(bits: bytes * 8, macroblocks: step.map.count, quantizer: step.quantizer)
    }
    if step.kind == .change, !isSmall(step.map.count) {
      // A frame that takes nearly its whole interval delays the next one; well below half of it, a slower speed is
      // affordable.
      let share = seconds * settings.frameRate
      if share > 0.85 {
        extraSpeed = min(extraSpeed + 2, 12)
      } else if share < 0.4 {
        extraSpeed = max(extraSpeed - 1, 0)
      }
    }
    step.map.forEach {
      coarseness[$0] = UInt8(step.quantizer.value)
      finestPasses[$0] =
        step.kind == .refinement && step.quantizer == settings.finestQuantizer
        ? finestPasses[$0] + (finestPasses[$0] < .max ? 1 : 0) : 0
    }
    if step.isKeyFrame { keyFrameRequested = false }
    if step.kind == .refinement { lastRefinement = now }
    unsharp.subtract(step.map)
    unsharp.formUnion(left)
    // A macroblock that the finest quantizer does not make sharp stays as it is.
    left.forEach { if finestPasses[$0] >= settings.finestPasses { unsharp[$0] = false } }
    unsharp.subtract(pending)
  }

  /// Counts a keep-alive of `bytes` bytes.
  mutating func sentKeepAlive(bytes: Int, now: MediaTime) {
    budget.add(bits: bytes * 8, now: now)
    lastOutput = now
    framesSinceKey += 1
  }

  // MARK: - Key frames

  /// The latest time for the next key frame that players can seek to.
  private var seekPointAt: MediaTime {
    guard isKept else { return .distantFuture }
    let isAnotherPicture = changedSinceKey.count * 20 > changedSinceKey.total
    return lastKeyFrame + (isAnotherPicture ? settings.seekInterval : settings.stillSeekInterval)
  }

  private mutating func keyFrame(now: MediaTime) -> Step {
    let isMoving = isMoving
    var map = pending
    map.markAll()
    pending.clear()
    changedSinceKey.clear()
    lastKeyFrame = now
    let quantizer =
      models[.key]!.quantizer(
        macroblocks: map.total, bits: budget.keyFrame(isMoving: isMoving, now: now),
        finest: isMoving ? settings.changeQuantizer : settings.sharpQuantizer)
    return Step(kind: .key, map: map, quantizer: min(quantizer, budget.coarsestKeyFrame), speed: settings.keySpeed)
  }

  // MARK: - Changes

  private func isSmall(_ macroblocks: Int) -> Bool { macroblocks * 50 <= pending.total || macroblocks <= 40 }

  /// Whether much of the picture changes often: a video, a scroll, a window being dragged.
  private var isMoving: Bool { changeRate * changeShare > 0.5 }

  private mutating func changeFrame(now: MediaTime) -> Step {
    let map = pending
    pending.clear()
    let small = isSmall(map.count)
    let model = small ? smallModel : models[.change]!
    let bits = budget.change(rate: max(changeRate, recentRate), now: now)
    let finest = small ? settings.sharpQuantizer : (isMoving ? settings.motionQuantizer : settings.changeQuantizer)
    let quantizer = model.quantizer(macroblocks: map.count, bits: bits, finest: finest)
    return Step(
      kind: .change, map: map, quantizer: min(quantizer, settings.coarsestQuantizer),
      speed: small ? settings.changeSpeed : min(settings.motionSpeed + extraSpeed, 16))
  }

  /// Changes a second over the last three intervals.
  private var recentRate: Double {
    guard recentChanges.count == 4 else { return 0 }
    return min(settings.frameRate, 3 / max(0.001, (recentChanges[3] - recentChanges[0]).seconds))
  }

  // MARK: - Refinement

  private var quietDelay: MediaTime { .seconds(1.5 / settings.frameRate) }

  /// The earliest time of a refinement, if nothing changes.
  private func nextRefinement(now: MediaTime) -> MediaTime {
    max(lastChange + quietDelay, lastRefinement + .seconds(1 / settings.frameRate))
  }

  /// The macroblocks to refine now: all unsharp ones when the screen is still; while something moves, those that have
  /// been still for a while.
  private mutating func refinableMap(now: MediaTime) -> MacroblockMap? {
    guard !unsharp.isEmpty, now >= lastRefinement + .seconds(1 / settings.frameRate),
      budget.refinement(now: now) != nil
    else { return nil }
    if now >= lastChange + quietDelay { return unsharp }
    guard now >= lastRefinement + .milliseconds(300) else { return nil }
    var still = unsharp
    still.subtract(moving)
    still.subtract(movedBefore)
    return still
  }

  private mutating func refinement(_ map: MacroblockMap, now: MediaTime) -> Step {
    let bits = budget.refinement(now: now) ?? 0
    guard !isLive else { return livePiece(of: map, bits: bits) }
    var coarse = 0
    map.forEach { if coarseness[$0] > settings.refinement { coarse += 1 } }
    // Many coarse macroblocks are improved together before any of them is made perfect.
    let finest = coarse * 8 > map.count ? settings.firstRefinement : settings.finestQuantizer
    let quantizer = models[.refinement]!.quantizer(macroblocks: map.count, bits: bits, finest: finest)
    return Step(
      kind: .refinement, map: map, quantizer: min(quantizer, VP8Quantizer(20)), speed: settings.refinementSpeed)
  }

  /// As many macroblocks of `map` as `bits` allow: coarse ones first, then imperfect ones. Finishing one piece after
  /// the other takes fewer bits than improving all of them a little again and again.
  private func livePiece(of map: MacroblockMap, bits: Int) -> Step {
    var coarse = map
    map.forEach { if coarseness[$0] <= settings.refinement { coarse[$0] = false } }
    let piece = coarse.isEmpty ? map : coarse
    let quantizer = coarse.isEmpty ? settings.finestQuantizer : settings.firstRefinement
    let model = coarse.isEmpty ? finishingModel : models[.refinement]!
    let share = Double(bits) / Double(max(1, model.bits(macroblocks: piece.count, quantizer: quantizer)))
    return Step(
      kind: .refinement, map: share < 1 ? piece.first(max(1, Int(Double(piece.count) * share))) : piece,
      quantizer: quantizer, speed: settings.refinementSpeed)
  }

  private mutating func rotateMoving(now: MediaTime) {
    guard now - movingSince >= .milliseconds(250) else { return }
    movedBefore = now - movingSince >= .milliseconds(500) ? MacroblockMap(size: size) : moving
    moving.clear()
    movingSince = now
  }
}
