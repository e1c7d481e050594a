import Oriel

/// Named settings from a YAML file.
struct Preset {
  var description = "used without --preset"
  var encoding = EncodingSettings()
  var cursor: CursorCapture?
  /// System sound or none: only the command line can turn the microphone on.
  var audio: AudioChoice?
  var audioBitrate: Int?
  /// The settings as they are written in the file, in its order.
  var sets: [(key: String, value: String)] = []

  /// Reads the preset at `path`; nil when there is no file.
  /// - Throws: `Failure` naming the file, the line and the key.
  static func load(_ path: String) throws -> Preset? {
    guard let text = try PresetFile.read(path) else { return nil }
    let entries: [PresetSyntax.Entry]
    do {
      entries = try PresetSyntax.entries(text)
    } catch {
      throw PresetFile.fault(path, error.line, error.what)
    }
    var preset = Preset()
    preset.description = ""
    for entry in entries {
      guard let setting = settings[entry.key] else {
        throw PresetFile.fault(
          path, entry.line,
          "there is no setting \(quoted(entry.key)); there are \(settings.keys.sorted().joined(separator: ", "))")
      }
      guard setting.apply(&preset, entry.value) else {
        throw PresetFile.fault(
          path, entry.line,
          "\(quoted(entry.key)) " + (entry.value.isEmpty ? "has no value" : "cannot be \(quoted(entry.value))")
            + "; it is \(setting.meaning)")
      }
      if entry.key != "description" { preset.sets.append((entry.key, entry.value)) }
    }
    return preset
  }

  /// A key of a preset.
  private struct Setting {
    /// The values it can have, for the error about another one.
    let meaning: String
    /// Applies the value; false if it is invalid.
    let apply: @Sendable (inout Preset, String) -> Bool

    /// - Parameter parse: parses the value; nil if it is invalid.
    init<Value>(
      _ meaning: String, _ parse: @escaping @Sendable (String) -> Value?,
      set: @escaping @Sendable (inout Preset, Value) -> Void
    ) {
      self.meaning = meaning
      apply = { preset, text in
        guard let value = parse(text) else { return false }
        set(&preset, value)
        return true
      }
    }

    static func quantizer(_ set: @escaping @Sendable (inout Preset, Int) -> Void) -> Setting {
      Setting("a quantizer from 0, the finest, to 63", { whole($0, within: 0...63) }, set: set)
    }

    static func whole(_ text: String, within range: ClosedRange<Int>) -> Int? {
      Int(text).flatMap { range ~= $0 ? $0 : nil }
    }

    static func words(_ text: String) -> String? {
      let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return words.isEmpty || words == "~" || words == "null" ? nil : words
    }
  }

  private static let settings: [String: Setting] = [
    "description": Setting("a few words on what the preset is for", Setting.words) { $0.description = $1 },
    "fps": Setting("a number from 0.1 to 240", { try? Rate.parseFrames($0) }) { $0.encoding.frameRate = $1 },
    "bitrate": Setting("a rate such as 2500k or 2.5M, from 10k to 1000M", { try? Rate.parseBits($0) }) {
      $0.encoding.bitrate = $1
    },
    "size": Setting("a size such as 1280x720", { try? Geometry.parseSize($0) }) { $0.encoding.maximumSize = $1 },
    "cursor": Setting("always, motion or never", CursorCapture.init(rawValue:)) { $0.cursor = $1 },
    "audio": Setting("none or system; a microphone and other sound are asked for with --audio", parseAudio) {
      $0.audio = $1
    },
    "audio-bitrate": Setting("a rate such as 96k, from 5k to 510k", { try? Rate.parseAudioBits($0) }) {
      $0.audioBitrate = $1
    },
    "sharp": .quantizer { $0.encoding.sharp = $1 },
    "change": .quantizer { $0.encoding.change = $1 },
    "motion": .quantizer { $0.encoding.motion = $1 },
    "coarsest": .quantizer { $0.encoding.coarsest = $1 },
    "refinement": .quantizer { $0.encoding.refinement = $1 },
    "finest": .quantizer { $0.encoding.finest = $1 },
    "speed": Setting("a whole number from 4, thorough, to 16, hasty", { Setting.whole($0, within: 4...16) }) {
      $0.encoding.motionSpeed = $1
    },
  ]

  /// Excludes the microphone: a preset from somebody else must not record what is said in the room.
  @Sendable private static func parseAudio(_ text: String) -> AudioChoice? {
    AudioChoice(text).flatMap { [.silence, .sound(.system)].contains($0) ? $0 : nil }
  }
}
