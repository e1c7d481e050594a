import Media

/// Detects when recorded sound is muted, silent or lowered, and when it is not any more. Pure: the time comes with each
/// observation.
struct SilenceWatch {
  /// A source's state at one time.
  struct Observation {
    /// For messages.
    var name: String
    /// What is muted, as a sentence; nil if nothing is.
    var mute: String?
    /// How long there has been only digital silence. Seconds.
    var silence = 0.0
    /// Whether there has ever been other sound.
    var hasSounded = false
    /// Whether there should be sound: from a microphone always, from an output while something plays there.
    var isExpected = false
    /// By how much the output's volume lowers the recorded sound. Decibels.
    var attenuation = 0.0
  }

  typealias Warning = (code: String, message: String)

  /// Seconds.
  private static let silenceLimit = 5.0
  /// A smaller attenuation is not reported. Decibels.
  private static let attenuationLimit = 3.0

  private var reportedMute: String?
  private var hasReportedSilence = false
  private var hasReportedAttenuation = false
  /// Since when sound has been expected without a break.
  private var expectedSince: MediaTime?

  /// - Returns: the warnings that are due now.
  mutating func observe(_ observation: Observation, now: MediaTime) -> [Warning] {
    var warnings: [Warning] = []
    if observation.mute != reportedMute {
      warnings.append(
        observation.mute.map { ("soundMuted", "\($0); there is silence until that is changed") }
          ?? ("soundUnmuted", "\(observation.name) is not muted any more"))
      reportedMute = observation.mute
    }
    expectedSince = observation.mute == nil && observation.isExpected ? expectedSince ?? now : nil
    if hasReportedSilence {
      if observation.hasSounded, observation.silence < Self.silenceLimit {
        hasReportedSilence = false
        warnings.append(("soundHeard", "\(observation.name) is heard"))
      }
    } else if let expectedSince, (now - expectedSince).seconds >= Self.silenceLimit,
      observation.silence >= Self.silenceLimit
    {
      hasReportedSilence = true
      warnings.append(
        (
          "soundSilent",
          "\(observation.name) has given nothing but digital silence for five seconds; check its plug and its switch"
        ))
    }
    if !hasReportedAttenuation, observation.mute == nil, observation.attenuation >= Self.attenuationLimit {
      hasReportedAttenuation = true
      let decibels = Int(observation.attenuation.rounded())
      warnings.append(
        (
          "soundLowered",
          "the output's volume makes what is recorded of \(observation.name) \(decibels) dB lower; turn it up for more"
        ))
    }
    return warnings
  }
}
