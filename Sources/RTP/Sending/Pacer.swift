package import Media

/// How fast video packets are sent. Audio is not paced.
package struct PacerSettings: Sendable, Hashable {
  /// The pace before the first feedback, as a multiple of the estimated rate.
  package var factorBeforeFeedback = 2.5
  /// The pace after it.
  package var factor = 1.1
  /// The sending time that may be used at once: enough for an ordinary frame; a large one is spread.
  package var burst = MediaTime.milliseconds(40)
  /// The longest queue, in sending time without the last key frame: beyond it, frames are dropped up to the next key
  /// frame.
  package var queueLimit = MediaTime.seconds(2)

  package init() {}
}

/// Spreads packets over time, so that a large frame does not fill the queues of the path.
struct Pacer {
  /// After the pacer blocks, it waits until this much sending time has accumulated: one wake-up then sends several
  /// packets.
  private static let quantum = MediaTime.milliseconds(5)

  private let settings: PacerSettings
  private var bitrate: Int
  private var hasFeedback = false
  private var nanosecondsPerByte: Int64 = 1
  /// When everything sent so far would be out at the exact pace.
  private var sendingEnd = MediaTime.zero

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

  /// Whether a packet may be sent now.
  func maySend(now: MediaTime) -> Bool { sendingEnd <= now + settings.burst }

  mutating func sent(_ bytes: Int, now: MediaTime) {
    sendingEnd = MediaTime(nanoseconds: max(sendingEnd, now).nanoseconds + Int64(bytes) * nanosecondsPerByte)
  }

  /// When to try again after `maySend` returned false.
  var wake: MediaTime { sendingEnd - settings.burst + Self.quantum }

  /// Whether a queue of this many bytes is within the limit.
  func mayQueue(_ bytes: Int) -> Bool {
    MediaTime(nanoseconds: Int64(bytes) * nanosecondsPerByte) <= settings.queueLimit
  }
}
