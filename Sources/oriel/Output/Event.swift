import Foundation
import Oriel

/// The events that `--json` prints, one object per line.
enum Event {
  struct Start: Encodable {
    let event = "start"
    let file: String
    let width, height: Int
    /// The value of --audio; absent without sound.
    let audio: String?
  }

  /// A track is muted or unmuted: the picture while its window is minimised, the sound by a key.
  struct Muting: Encodable {
    enum Kind: String, Encodable { case audio, video }

    let event: String
    let kind: Kind

    init(isMuted: Bool, kind: Kind) {
      event = isMuted ? "muted" : "unmuted"
      self.kind = kind
    }
  }

  struct Progress: Encodable {
    let event = "progress"
    let timeSeconds, fps, kbps: Double
    let framesCaptured, framesEncoded, framesDropped: Int
    let bytes: UInt64
  }

  struct Stop: Encodable {
    let event = "stop"
    let file: String
    let durationSeconds: Double
    let framesCaptured, framesEncoded, framesDropped: Int
    let bytes: UInt64
    let reason: StopReason
  }

  enum StopReason: String, Encodable { case duration, signal, key, sourceEnded, displayGone, writeFailed }

  struct Plain: Encodable {
    let event: String
  }

  struct Message: Encodable {
    let event, code, message: String
  }
}

/// `value` as JSON on one line.
func jsonLine(_ value: some Encodable) -> String {
  let encoder = JSONEncoder()
  encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
  guard let data = try? encoder.encode(value) else { return "{}" }
  return String(decoding: data, as: UTF8.self)
}

/// `value` rounded to `places` decimal places.
func rounded(_ value: Double, _ places: Int) -> Double {
  let factor = pow(10, Double(places))
  return (value * factor).rounded() / factor
}
