internal import Media

/// Decides what is coded when, and how finely: the change-driven part of the encoder, without clock or codec.
///
/// - A change is coded at once. A small one comes out sharp; a large one gets the quantizer that the bit rate allows,
///   and what it leaves unsharp is remembered.
/// - When a macroblock has been quiet for a moment and is not yet sharp, it is refined, with finer and finer
///   quantizers, until it is: then the encoder rests.
/// - A still screen advances by keep-alives. Key frames come by count; where the pictures are kept, as in a file, by time too.
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
    /// Repeat the picture: time goes on, nothing changes.
    case keepAlive
    /// Nothing to do until then, unless something changes.
    case wait(until: MediaTime)
  }

  /// Whether the pictures are kept: then there is a key frame every now and then that players can seek to.
  var isKept = false

  private let settings: EncodingSettings
  private let size: PixelSize
  /// Changed and not yet coded.
  private var pending: MacroblockMap
  /// Coded, and not yet sharp.
  private(set) var unsharp: MacroblockMap
  /// Changed in this quarter of a second, and in the one before: what moves now.
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
  /// Of live refinements with the finest quantizer: what has been refined before takes less than what is coarse.
  private var finishingModel = BitModel(factor: 1500, isCautious: true)
  /// Coded changes a second, an average over about a second.
  private var changeRate = 0.0
  /// When the last three changes were: motion that has just begun does not show in the average yet.
  private var recentChanges: [MediaTime] = []
  /// The part of the picture that changes with a change, an average over a few changes.
  private var changeShare = 0.0
  /// How much faster than its settings say the encoder has to be to keep the frame rate, in libvpx's speeds.
  private var haste = 0

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

  /// A planner for pictures of another size: begins anew, with a key frame, but for what has been sent already.
  func resized(to size: PixelSize) -> EncodePlanner {
    var resized = EncodePlanner(settings: settings, size: size)
    resized.budget = budget
    resized.isKept = isKept
    return resized
  }

  /// Bits a second, from now on: at the most what the settings say.
  var bitrate: Int {
    get { budget.bitrate }
    set { budget.bitrate = min(max(newValue, settings.minimumBitrate), settings.bitrate) }
  }

  private var isLive: Bool { settings.rateControl == .ceiling }

  /// Whether something changed that has not been coded.
  var hasPending: Bool { !pending.isEmpty }

  /// The picture changed where `map` says.
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

  /// A viewer or a file needs a frame that stands alone.
  mutating func requestKeyFrame() { keyFrameRequested = true }

  /// What to do now.
  mutating func next(now: MediaTime) -> Action {
    rotateMoving(now: now)
    // Nothing to show yet, or a key frame that cannot wait.
    guard let lastOutput else { return pending.isEmpty ? .wait(until: .distantFuture) : .encode(keyFrame(now: now)) }
    if keyFrameRequested { return .encode(keyFrame(now: now)) }
    let seekPointAt = seekPointAt
    // The next frame may come as late after this one as this after the last.
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
    let soonest = now + (budget.refinement(now: now) != nil ? .milliseconds(1) : budget.patience)
    return .wait(until: min(outputAt, max(soonest, nextRefinement(now: now))))
  }

  /// What became of a step.
  /// - Parameters:
  ///   - unsharp: which of the step's macroblocks (all, after a key frame) are not sharp yet.
  ///   - seconds: how long coding took.
  mutating func encoded(_ step: Step, bytes: Int, unsharp left: MacroblockMap, seconds: Double, now: MediaTime) {
    budget.add(bits: bytes * 8, now: now)
    lastOutput = now
    framesSinceKey = step.isKeyFrame ? 1 : framesSinceKey + 1
    if isSmall(step.map.count), step.kind == .change {
      smallModel.learn(bits: bytes * 8, macroblocks: step.map.count, quantizer: step.quantizer)
    } else if step.kind == .refinement, isLive, step.quantizer == settings.finestQuantizer {
      finishingModel.learn(bits: bytes * 8, macroblocks: step.map.count, quantizer: step.quantizer)
    } else {
      models[step.kind]?.learn(bits: bytes * 8, macroblocks: step.map.count, quantizer: step.quantizer)
    }
    if step.kind == .change, !isSmall(step.map.count) {
      // A frame that takes nearly its whole interval costs the next one; well below half of it there is time to be thorough.
      let share = seconds * settings.frameRate
      if share > 0.85 { haste = min(haste + 2, 12) } else if share < 0.4 { haste = max(haste - 1, 0) }
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
    // What the finest quantizer does not make sharp never will be.
    left.forEach { if finestPasses[$0] >= settings.finestPasses { unsharp[$0] = false } }
    unsharp.subtract(pending)
  }

  /// The picture was repeated in `bytes` bytes.
  mutating func keptAlive(bytes: Int, now: MediaTime) {
    budget.add(bits: bytes * 8, now: now)
    lastOutput = now
    framesSinceKey += 1
  }

  // MARK: - Key frames

  /// When players need another key frame to seek to, at the latest.
  private var seekPointAt: MediaTime {
    guard isKept else { return .distantFuture }
    let isAnotherPicture = changedSinceKey.count * 20 > changedSinceKey.total
    return lastKeyFrame + (isAnotherPicture ? settings.seekInterval : settings.stillSeekInterval)
  }

  private mutating func keyFrame(now: MediaTime) -> Step {
    let isHurried = isMoving
    var map = pending
    map.markAll()
    pending.clear()
    changedSinceKey.clear()
    lastKeyFrame = now
    let quantizer =
      models[.key]!.quantizer(
        macroblocks: map.total, bits: budget.keyFrame(isHurried: isHurried, now: now),
        finest: isHurried ? settings.changeQuantizer : settings.sharpQuantizer)
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
      speed: small ? settings.changeSpeed : min(settings.motionSpeed + haste, 16))
  }

  /// Changes a second over the last three.
  private var recentRate: Double {
    guard recentChanges.count == 4 else { return 0 }
    return min(settings.frameRate, 3 / max(0.001, (recentChanges[3] - recentChanges[0]).seconds))
  }

  // MARK: - Refinement

  private var quietDelay: MediaTime { .seconds(1.5 / settings.frameRate) }

  /// The earliest time something could be refined, given that nothing changes.
  private func nextRefinement(now: MediaTime) -> MediaTime {
    max(lastChange + quietDelay, lastRefinement + .seconds(1 / settings.frameRate))
  }

  /// What is to be refined now: all that is unsharp when the screen is quiet, and what has been quiet for a while when
  /// something else moves.
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
    // Much that is coarse gets better at once before any of it gets perfect.
    let finest = coarse * 8 > map.count ? settings.firstRefinement : settings.finestQuantizer
    let quantizer = models[.refinement]!.quantizer(macroblocks: map.count, bits: bits, finest: finest)
    return Step(
      kind: .refinement, map: map, quantizer: min(quantizer, VP8Quantizer(20)), speed: settings.refinementSpeed)
  }

  /// As much of `map` as `bits` are enough for: first what is coarse, then what is not perfect. Piece by piece rather than
  /// all of it a little better again and again, which would take more bits.
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
