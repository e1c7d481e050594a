import Media

/// Notices what makes recorded sound silent, or lower than it was played, and when that is over. Pure: the time comes with each
/// look.
struct SilenceWatch {
  /// What is known of a source at a moment.
  struct Look {
    /// As people know it.
    var name: String
    /// Why the server lets nothing through, as the rest of a sentence that begins with what does; nil where it does.
    var mute: String?
    /// How long nothing but digital silence has come. Seconds.
    var silence = 0.0
    /// Whether anything else has ever come.
    var hasSounded = false
    /// Whether there should be sound: from a microphone always, from an output while something plays there.
    var isExpected = false
    /// By how much the output's own volume lowers what is recorded. Decibels.
    var lowering = 0.0
  }

  typealias Warning = (code: String, message: String)

  private static let patience = 5.0
  /// What is lowered by less is not worth a word. Decibels.
  private static let audible = 3.0

  private var toldMute: String?
  private var hasToldSilence = false
  private var hasToldLowering = false
  /// Since when there should be sound, without a break.
  private var expectedSince: MediaTime?

  /// - Returns: what has to be said now.
  mutating func look(_ look: Look, now: MediaTime) -> [Warning] {
    var warnings: [Warning] = []
    if look.mute != toldMute {
      warnings.append(
        look.mute.map { ("soundMuted", "\($0); there is silence until that is changed") }
          ?? ("soundUnmuted", "\(look.name) is not muted any more"))
      toldMute = look.mute
    }
    expectedSince = look.mute == nil && look.isExpected ? expectedSince ?? now : nil
    if hasToldSilence {
      if look.hasSounded, look.silence < Self.patience {
        hasToldSilence = false
        warnings.append(("soundHeard", "\(look.name) is heard"))
      }
    } else if let expectedSince, (now - expectedSince).seconds >= Self.patience, look.silence >= Self.patience {
      hasToldSilence = true
      warnings.append(
        (
          "soundSilent",
          "\(look.name) has given nothing but digital silence for five seconds; check its plug and its switch"
        ))
    }
    if !hasToldLowering, look.mute == nil, look.lowering >= Self.audible {
      hasToldLowering = true
      let decibels = Int(look.lowering.rounded())
      warnings.append(
        (
          "soundLowered",
          "the output's volume makes what is recorded of \(look.name) \(decibels) dB lower; turn it up for more"
        ))
    }
    return warnings
  }
}
