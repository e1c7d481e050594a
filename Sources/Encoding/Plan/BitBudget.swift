internal import Media

/// Allots bits to each frame, so that the bit rate holds: as a file's average, or as the ceiling for viewers.
struct BitBudget {
  private let control: EncodingSettings.RateControl
  private var window: RateWindow
  /// Bits of live frames that a sender at the bit rate has not sent yet, as of `backlogTime`.
  private var backlog = 0.0
  private var backlogTime = MediaTime.zero

  init(_ settings: EncodingSettings) {
    control = settings.rateControl
    window = RateWindow(bitrate: settings.bitrate, span: settings.rateControl == .average ? .seconds(10) : .seconds(2))
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
    let available = window.available(now: now)
    switch control {
    case .average:
      // During motion a key frame must be no burst: at most half a second of the bit rate. On a still screen it may be
      // sharp.
      return max(bitrate / 4, min(isMoving ? bitrate / 2 : bitrate * 2, available / 2))
    case .ceiling:
      // A viewer waits for it, and it is sent at little more than the bit rate: coarse first, refined at once.
      return max(bitrate / 8, min(bitrate / 4, available / 2))
    }
  }

  /// The coarsest quantizer for a key frame; finer for a file, which keeps it.
  var coarsestKeyFrame: VP8Quantizer { VP8Quantizer(control == .average ? 48 : 63) }

  /// How soon to ask again when too few bits are available.
  var retryInterval: MediaTime { control == .average ? .milliseconds(100) : .milliseconds(20) }

  /// Whether a change of at least `least` bits may be coded now. If not, it is merged with later changes.
  mutating func hasRoom(forChangeOf least: Int, now: MediaTime) -> Bool {
    guard control == .ceiling else { return true }
    let available = window.available(now: now)
    drain(now: now)
    return backlog < Double(bitrate) * Self.latency && (available >= min(least, window.limit / 2))
  }

  /// Bits for a change, given the expected changes a second.
  mutating func change(rate: Double, now: MediaTime) -> Int {
    // The last tenth of the window is reserved for refinement; the rate decreases towards it.
    let left = Double(window.available(now: now) - window.limit / 10)
    let ease = min(1, max(0, left / (0.1 * Double(window.limit))))
    let perFrame = 1.25 * Double(bitrate) / max(2, rate)
    guard control == .ceiling else { return Int(perFrame * ease) }
    drain(now: now)
    let room = Double(bitrate) * Self.latency
    return Int(min(perFrame, 0.8 * room) * min(ease, max(0, 1 - backlog / room)))
  }

  /// Bits for a refinement, which may wait and never exceeds the bit rate. Nil while it must wait.
  mutating func refinement(now: MediaTime) -> Int? {
    let available = window.available(now: now)
    switch control {
    case .average:
      guard available >= bitrate / 8 else { return nil }
      return max(bitrate / 8, min(available / 2, bitrate))
    case .ceiling:
      // A tenth of a second at a time, and the next when that has been sent, so that a change meanwhile is not delayed.
      drain(now: now)
      guard available >= bitrate / 8, backlog <= Double(bitrate) * 0.02 else { return nil }
      return bitrate / 10
    }
  }

  /// The maximum delay from coding a change to sending it, in seconds.
  private static let latency = 0.25

  private mutating func drain(now: MediaTime) {
    guard now > backlogTime else { return }
    backlog = max(0, backlog - (now - backlogTime).seconds * Double(bitrate))
    backlogTime = now
  }
}
