import Oriel

/// Which sound is captured, and how.
struct SoundPlan: Sendable, Equatable {
  /// Nil for no sound.
  let selection: AudioSelection?
  /// Bits per second; nil for the default.
  let bitrate: Int?
  /// Whether system sound and microphone get separate tracks in a file.
  let isSeparate: Bool

  static let silence = SoundPlan(selection: nil, bitrate: nil, isSeparate: false)

  /// A description of the sound and its sources; nil without sound.
  /// - Parameter tracks: the audio tracks, labelled with their sources.
  func description(_ tracks: [MediaStreamTrack]) -> String? {
    guard let selection else { return nil }
    let sources = tracks.map { printable($0.label) }.filter { !$0.isEmpty }.joined(separator: ", ")
    let what =
      switch selection {
      case .system: "the system sound"
      case .microphone: "the microphone"
      case .both: "the system sound and the microphone"
      case .window, .application: "the sound of the window's program"
      case .source: "a sound source"
      }
    return sources.isEmpty ? what : "\(what) (\(sources))"
  }
}
