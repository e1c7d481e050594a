import ArgumentParser
import Oriel

/// The options of sound: its source, bit rate and tracks.
struct AudioOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      none, system (all that this machine plays), mic, both, window (only what the program of --window plays), or \
      source:NAME (see oriel sources). (default: none)
      """, valueName: "sound"), completion: .custom(choices), transform: Self.parse)
  var audio: AudioChoice?

  @Option(
    help: ArgumentHelp("The bit rate of sound, from 5k to 510k. (default: 128k)", valueName: "rate"),
    transform: Rate.parseAudioBits)
  var audioBitrate: Int?

  @Flag(help: "With --audio both, record this machine and the microphone into separate tracks of the file.")
  var separateTracks = false

  func validate() throws {
    if separateTracks, audio != .sound(.both) {
      throw ValidationError("--separate-tracks needs --audio both; give it, too")
    }
    if audioBitrate != nil, audio == .silence {
      throw ValidationError("--audio-bitrate and --audio none contradict each other; give one of them")
    }
  }
}

extension AudioOptions {
  @Sendable static func parse(_ text: String) throws -> AudioChoice {
    guard let choice = AudioChoice(text) else {
      throw ValidationError("write none, system, mic, both, window or source:NAME; oriel sources lists the names")
    }
    return choice
  }

  /// The settings of the command line; those of the preset where the command line has none.
  /// - Throws: `Failure` for options that contradict each other.
  func plan(_ preset: Preset, window: Bool) throws(Failure) -> SoundPlan {
    let selection = (audio ?? preset.audio)?.selection
    if selection == .window, !window {
      throw Failure(
        status: .usage, code: "usage", message: "--audio window records the program of --window; give --window, too")
    }
    if selection == nil, audioBitrate != nil {
      throw Failure(status: .usage, code: "usage", message: "--audio-bitrate needs sound; give --audio, too")
    }
    return SoundPlan(
      selection: selection, bitrate: audioBitrate ?? preset.audioBitrate, isSeparate: separateTracks)
  }
}

/// The value of `--audio` or of a preset's `audio`: a selection of sound, or none.
enum AudioChoice: Equatable {
  case silence
  case sound(AudioSelection)

  /// Reads `none` or the text of an `AudioSelection`.
  init?(_ text: String) {
    if text == "none" {
      self = .silence
    } else {
      guard let selection = AudioSelection(text) else { return nil }
      self = .sound(selection)
    }
  }

  var selection: AudioSelection? { if case .sound(let selection) = self { selection } else { nil } }
}

/// The values of `--audio` on this machine, for shell completion.
@Sendable private func choices(_ words: [String], _ index: Int, _ prefix: String) async -> [String] {
  let sources = (try? await SoundSources.list()) ?? []
  return ["none", "system", "mic", "both", "window"] + sources.map { "source:\(printable($0.name))" }
}
