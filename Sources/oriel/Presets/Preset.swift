import Oriel

/// Settings under a name, from a YAML file.
struct Preset {
  var description = "what is taken when no preset is named"
  var encoding = EncodingSettings()
  var cursor: CursorCapture?
  /// What the file sets, in its order and words.
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

  /// A key that a preset may have.
  private struct Setting {
    /// What its value is, for the one who wrote something else.
    let meaning: String
    /// Takes the value over; false when it is none.
    let apply: @Sendable (inout Preset, String) -> Bool

    init<Value>(
      _ path: any WritableKeyPath<Preset, Value> & Sendable, _ meaning: String,
      _ parse: @escaping @Sendable (String) -> Value?
    ) {
      self.meaning = meaning
      apply = { preset, text in
        guard let value = parse(text) else { return false }
        preset[keyPath: path] = value
        return true
      }
    }

    static func quantizer(_ path: any WritableKeyPath<Preset, Int> & Sendable) -> Setting {
      Setting(path, "a quantizer from 0, the finest, to 63") { Int($0).flatMap { 0...63 ~= $0 ? $0 : nil } }
    }
  }

  private static let settings: [String: Setting] = [
    "description": Setting(\.description, "a few words on what the preset is for") { text in
      let words = text.split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return words.isEmpty || words == "~" || words == "null" ? nil : words
    },
    "fps": Setting(\.encoding.frameRate, "a number from 0.1 to 240") { try? Rate.parseFrames($0) },
    "bitrate": Setting(\.encoding.bitrate, "a rate such as 2500k or 2.5M, from 10k to 1000M") {
      try? Rate.parseBits($0)
    },
    "size": Setting(\.encoding.maximumSize, "a size such as 1280x720") { try? Geometry.parseSize($0) },
    "cursor": Setting(\.cursor, "always, motion or never") { CursorCapture(rawValue: $0) },
    "sharp": .quantizer(\.encoding.sharp),
    "change": .quantizer(\.encoding.change),
    "motion": .quantizer(\.encoding.motion),
    "coarsest": .quantizer(\.encoding.coarsest),
    "refinement": .quantizer(\.encoding.refinement),
    "finest": .quantizer(\.encoding.finest),
    "speed": Setting(\.encoding.motionSpeed, "a whole number from 4, thorough, to 16, hasty") {
      Int($0).flatMap { 4...16 ~= $0 ? $0 : nil }
    },
  ]
}
