internal import Media

/// Spreads packets in time, so that a large frame does not fill the path's queues.
struct Pacer {
  /// Once nothing may leave, this much time's worth is saved up: one wake-up does for several packets.
  private static let quantum = MediaTime.milliseconds(5)

  let settings: PacerSettings
  private var bitrate: Int
  private var hasFeedback = false
  private var nanosecondsPerByte: Int64 = 1
  /// When all that has left would have left at the pace.
  private var settled = MediaTime.zero

  init(settings: PacerSettings, bitrate: Int) {
    self.settings = settings
    self.bitrate = bitrate
    update()
  }

  mutating func setBitrate(_ bitrate: Int) {
    guard bitrate != self.bitrate else { return }
    self.bitrate = bitrate
    update()
  }

  mutating func feedbackReceived() {
    guard !hasFeedback else { return }
    hasFeedback = true
    update()
  }

  private mutating func update() {
    let pace = Double(max(bitrate, 1)) * (hasFeedback ? settings.factor : settings.factorBeforeFeedback)
    nanosecondsPerByte = Int64(min(max(8e9 / pace, 1), 1e9))
  }

  /// Whether a packet may leave.
  func maySend(now: MediaTime) -> Bool { settled <= now + settings.burst }

  mutating func sent(_ bytes: Int, now: MediaTime) {
    settled = MediaTime(nanoseconds: max(settled, now).nanoseconds + Int64(bytes) * nanosecondsPerByte)
  }

  /// When to look again after `maySend` has said no.
  var wake: MediaTime { settled - settings.burst + Self.quantum }

  /// How long `bytes` take at the pace.
  func duration(of bytes: Int) -> MediaTime { MediaTime(nanoseconds: Int64(bytes) * nanosecondsPerByte) }
}
