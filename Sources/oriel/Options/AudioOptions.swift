import ArgumentParser
import Oriel

/// Which sound goes with the picture, and how it is encoded.
struct AudioOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      """
      none, system (what this machine plays), mic, both, window (what the program of --window plays, alone), or \
      source:NAME (see oriel sources). (default: none)
      """, valueName: "sound"), completion: .custom(choices), transform: Self.parse)
  var audio: AudioChoice?

  @Option(
    help: ArgumentHelp("Bits a second of sound, from 5k to 510k. (default: 128k)", valueName: "rate"),
    transform: Rate.parseAudioBits)
  var audioBitrate: Int?

  @Flag(help: "With --audio both, this machine and the microphone in tracks of their own in the file.")
  var separateTracks = false

  func validate() throws {
    if separateTracks, audio != .sound(.both) {
      throw ValidationError("--separate-tracks are those of --audio both; give it too")
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

  /// What the command line says, and a preset where it says nothing.
  /// - Throws: `Failure` for what does not go together.
  func plan(_ preset: Preset, window: Bool) throws(Failure) -> SoundPlan {
    let selection = (audio ?? preset.audio)?.selection
    if selection == .window, !window {
      throw Failure(
        status: .usage, code: "usage", message: "--audio window is the sound of a --window's program; give one")
    }
    if selection == nil, audioBitrate != nil {
      throw Failure(status: .usage, code: "usage", message: "--audio-bitrate is for sound; give --audio too")
    }
    return SoundPlan(
      selection: selection, bitrate: audioBitrate ?? preset.audioBitrate, isSeparate: separateTracks)
  }
}

/// What --audio can be on this machine now, for completion.
@Sendable private func choices(_ words: [String], _ index: Int, _ prefix: String) async -> [String] {
  let sources = (try? await SoundSources.list()) ?? []
  return ["none", "system", "mic", "both", "window"] + sources.map { "source:\(printable($0.name))" }
}
