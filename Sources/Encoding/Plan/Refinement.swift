internal import Media

/// The macroblocks that are coded but not yet sharp, and how they become so. Reads no clock.
struct Refinement {
  /// What to refine with the bits there are; with predictions of the bits it takes.
  enum Strategy {
    /// All at once, with finer and finer quantizers.
    case together(BitModel)
    /// As many as the bits allow, one piece after the other: that takes fewer bits than improving all of them a little
    /// again and again. Macroblocks refined before take fewer than coarse ones, hence two predictions.
    case piecewise(coarse: BitModel, finishing: BitModel)

    mutating func update(bits: Int, macroblocks: Int, quantizer: VP8Quantizer, isFinest: Bool) {
      switch self {
      case .together(var model):
        model.update(bits: bits, macroblocks: macroblocks, quantizer: quantizer)
        self = .together(model)
      case .piecewise(var coarse, var finishing):
        if isFinest {
          finishing.update(bits: bits, macroblocks: macroblocks, quantizer: quantizer)
        } else {
          coarse.update(bits: bits, macroblocks: macroblocks, quantizer: quantizer)
        }
        self = .piecewise(coarse: coarse, finishing: finishing)
      }
    }
  }

  /// Coded, and not yet sharp.
  private(set) var unsharp: MacroblockMap

  private let settings: EncodingSettings
  private var strategy: Strategy
  /// The quantizer each macroblock was last coded with, and how often it has been refined with the finest.
  private var coarseness: [UInt8]
  private var finestPasses: [UInt8]
  private var last = MediaTime.zero

  init(settings: EncodingSettings, strategy: Strategy, size: PixelSize) {
    self.settings = settings
    self.strategy = strategy
    unsharp = MacroblockMap(size: size)
    coarseness = [UInt8](repeating: 63, count: unsharp.total)
    finestPasses = [UInt8](repeating: 0, count: unsharp.total)
  }

  /// Leaves out macroblocks that have changed and are to be coded anew.
  mutating func remove(_ changed: MacroblockMap) { unsharp.subtract(changed) }

  /// Whether there is something to refine, and the last refinement is a frame's interval ago.
  func isDue(now: MediaTime) -> Bool { !unsharp.isEmpty && now >= last + .seconds(1 / settings.frameRate) }

  /// When the next refinement is due, if nothing changes.
  func nextTime(_ motion: MotionTracker) -> MediaTime { max(motion.stillFrom, last + .seconds(1 / settings.frameRate)) }

  /// The macroblocks to refine now: all unsharp ones when the screen is still; while something moves, those that have
  /// been still for a while.
  func candidates(_ motion: MotionTracker, now: MediaTime) -> MacroblockMap? {
    if now >= motion.stillFrom { return unsharp }
    return now >= last + Tuning.refinementInterval ? motion.still(unsharp) : nil
  }

  /// The refinement of `map`, or of a part of it, with `bits`.
  func step(_ map: MacroblockMap, bits: Int) -> EncodePlanner.Step {
    switch strategy {
    case .together(let model):
      var coarse = 0
      map.forEach { if coarseness[$0] > settings.refinement { coarse += 1 } }
      let finest = coarse * Tuning.coarsePart > map.count ? settings.firstRefinement : settings.finestQuantizer
      let quantizer = model.quantizer(macroblocks: map.count, bits: bits, finest: finest)
      return step(map, min(quantizer, Tuning.coarsestRefinement))
    case .piecewise(let coarseModel, let finishingModel):
      var coarse = map
      map.forEach { if coarseness[$0] <= settings.refinement { coarse[$0] = false } }
      let piece = coarse.isEmpty ? map : coarse
      let quantizer = coarse.isEmpty ? settings.finestQuantizer : settings.firstRefinement
      let model = coarse.isEmpty ? finishingModel : coarseModel
      let share = Double(bits) / Double(max(1, model.bits(macroblocks: piece.count, quantizer: quantizer)))
      return step(share < 1 ? piece.first(max(1, Int(Double(piece.count) * share))) : piece, quantizer)
    }
  }

  private func step(_ map: MacroblockMap, _ quantizer: VP8Quantizer) -> EncodePlanner.Step {
    EncodePlanner.Step(kind: .refinement, map: map, quantizer: quantizer, speed: settings.refinementSpeed)
  }

  /// Takes the result of any step.
  /// - Parameter left: which of the step's macroblocks are not sharp yet.
  mutating func coded(_ step: EncodePlanner.Step, bits: Int, unsharp left: MacroblockMap, now: MediaTime) {
    let isFinest = step.kind == .refinement && step.quantizer == settings.finestQuantizer
    if step.kind == .refinement {
      strategy.update(bits: bits, macroblocks: step.map.count, quantizer: step.quantizer, isFinest: isFinest)
      last = now
    }
    step.map.forEach {
      coarseness[$0] = UInt8(step.quantizer.value)
      finestPasses[$0] = isFinest ? finestPasses[$0] + (finestPasses[$0] < .max ? 1 : 0) : 0
    }
    unsharp.subtract(step.map)
    unsharp.formUnion(left)
    // A macroblock that the finest quantizer does not make sharp stays as it is.
    left.forEach { if finestPasses[$0] >= settings.finestPasses { unsharp[$0] = false } }
  }
}
