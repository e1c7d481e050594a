internal import Media

/// Allots bits to each frame, so that the bit rate holds: as a file's average, or as the ceiling for viewers.
struct BitBudget {
  private let strategy: PlanStrategy
  private var window: RateWindow
  /// Bits of live frames that a sender at the bit rate has not sent yet, as of `backlogTime`.
  private var backlog = 0.0
  private var backlogTime = MediaTime.zero

  init(bitrate: Int, strategy: PlanStrategy) {
    self.strategy = strategy
    window = RateWindow(bitrate: bitrate, span: strategy.span)
  }

  /// Bits a second, from now on.
  var bitrate: Int {
    get { window.bitrate }
    set {
      backlog *= min(1, Double(newValue) / Double(bitrate))
      window.bitrate = newValue
    }
  }

  /// Counts a coded frame.
  mutating func add(bits: Int, now: MediaTime) {
    window.add(bits: bits, now: now)
    drain(now: now)
    backlog += Double(bits)
  }

  /// Bits for a key frame, which cannot wait.
  /// - Parameter isMoving: whether much of the picture changes often.
  mutating func keyFrame(isMoving: Bool, now: MediaTime) -> Int {
    let largest = bits(isMoving ? strategy.largestKeyFrameInMotion : strategy.largestKeyFrame)
    return max(bits(strategy.leastKeyFrame), min(largest, window.available(now: now) / 2))
  }

  /// Whether a change of at least `least` bits may be coded now. If not, it is merged with later changes.
  mutating func hasRoom(forChangeOf least: Int, now: MediaTime) -> Bool {
    guard let sending = strategy.sending else { return true }
    let available = window.available(now: now)
    drain(now: now)
    return backlog < Double(bitrate) * sending.maximumDelay && available >= min(least, window.limit / 2)
  }

  /// Bits for a change, given the expected changes a second.
  mutating func change(rate: Double, now: MediaTime) -> Int {
    // The last tenth of the window is reserved for refinement; the rate decreases towards it.
    let left = Double(window.available(now: now) - window.limit / Tuning.reservedPart)
    let ease = min(1, max(0, left / (Tuning.easePart * Double(window.limit))))
    let perFrame = Tuning.changeShare * Double(bitrate) / max(Tuning.leastChangeRate, rate)
    guard let sending = strategy.sending else { return Int(perFrame * ease) }
    drain(now: now)
    let room = Double(bitrate) * sending.maximumDelay
    return Int(min(perFrame, Tuning.backlogShare * room) * min(ease, max(0, 1 - backlog / room)))
  }

  /// Bits for a refinement, which may wait and never exceeds the bit rate. Nil while it must wait.
  mutating func refinement(now: MediaTime) -> Int? {
    let available = window.available(now: now)
    let least = bits(Tuning.leastRefinement)
    guard available >= least else { return nil }
    guard let sending = strategy.sending else { return max(least, min(available / 2, bitrate)) }
    drain(now: now)
    return backlog <= Double(bitrate) * sending.backlogAtRefinement ? bits(sending.refinement) : nil
  }

  /// The bits of `seconds` of the bit rate.
  private func bits(_ seconds: Double) -> Int { Int(Double(bitrate) * seconds) }

  private mutating func drain(now: MediaTime) {
    guard now > backlogTime else { return }
    backlog = max(0, backlog - (now - backlogTime).seconds * Double(bitrate))
    backlogTime = now
  }
}
