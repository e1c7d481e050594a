import Foundation
import Oriel
import Yams

/// Settings under a name, from a YAML file.
struct Preset {
  var description = "what is taken when no preset is named"
  var encoding = EncodingSettings()
  var cursor: CursorCapture?
  /// What the file sets, in its order and words.
  var sets: [(key: String, value: String)] = []

  /// The largest file that is read.
  static let largest = 65536

  /// Reads the preset at `path`.
  /// - Throws: `Failure` naming the file, the line and the key.
  static func load(_ path: String) throws -> Preset {
    let file: FileHandle? = FileHandle(forReadingAtPath: path)
    guard let data = try? file?.read(upToCount: largest + 1) else {
      throw fault(path, nil, "cannot be read")
    }
    guard data.count <= largest else { throw fault(path, nil, "is larger than 64 kB, which no preset needs") }
    guard let text = String(data: data, encoding: .utf8) else { throw fault(path, nil, "is not UTF-8 text") }
    let root: Node?
    do {
      try PresetSyntax.check(text)
      root = try compose(yaml: text)
    } catch let error as PresetSyntax.Alias {
      throw fault(path, error.line, "uses an alias or anchor, which presets do not have")
    } catch {
      throw fault(path, (error as? YamlError)?.line, "is not valid YAML")
    }
    guard let root else { return Preset() }
    guard case .mapping(let mapping) = root else { throw fault(path, 1, "is not a list of keys and values") }
    var preset = Preset()
    preset.description = ""
    var seen: Set<String> = []
    for (keyNode, valueNode) in mapping {
      let line = keyNode.mark?.line
      guard let key = keyNode.scalar?.string else { throw fault(path, line, "has a key that is not a word") }
      guard seen.insert(key).inserted else { throw fault(path, line, "sets \(quoted(key)) twice") }
      guard let value = valueNode.scalar?.string else { throw fault(path, line, "\(quoted(key)) needs one value") }
      guard let apply = keys[key] else {
        throw fault(
          path, line, "has no setting called \(quoted(key)); there are: \(keys.keys.sorted().joined(separator: ", "))")
      }
      guard apply(&preset, value) else {
        throw fault(path, line, "\(quoted(key)) cannot be \(quoted(value)); it is \(meanings[key] ?? "something else")")
      }
      if key != "description" { preset.sets.append((key, value)) }
    }
    return preset
  }

  private static func fault(_ path: String, _ line: Int?, _ what: String) -> Failure {
    Failure(
      status: .usage, code: "preset",
      message: "preset \(printable(path))" + (line.map { ", line \($0)" } ?? "") + ": \(what)")
  }

  private typealias Setter = @Sendable (inout Preset, String) -> Bool

  private static let keys: [String: Setter] = [
    "description": { preset, value in
      preset.description = value
      return true
    },
    "fps": set(\.encoding.frameRate) { try? Rate.parseFrames($0) },
    "bitrate": set(\.encoding.bitrate) { try? Rate.parseBits($0) },
    "size": set(\.encoding.maximumSize) { try? Geometry.parseSize($0) },
    "cursor": set(\.cursor) { CursorCapture(rawValue: $0) },
    "sharp": set(\.encoding.sharp, quantizer),
    "change": set(\.encoding.change, quantizer),
    "motion": set(\.encoding.motion, quantizer),
    "coarsest": set(\.encoding.coarsest, quantizer),
    "refinement": set(\.encoding.refinement, quantizer),
    "finest": set(\.encoding.finest, quantizer),
    "speed": set(\.encoding.motionSpeed) { Int($0).flatMap { 4...16 ~= $0 ? $0 : nil } },
  ]

  private static let meanings: [String: String] = {
    var meanings = Dictionary(
      uniqueKeysWithValues: ["sharp", "change", "motion", "coarsest", "refinement", "finest"].map {
        ($0, "a quantizer from 0, the finest, to 63")
      })
    meanings["fps"] = "a number from 0.1 to 240"
    meanings["bitrate"] = "a rate such as 2500k or 2.5M, from 10k to 1000M"
    meanings["size"] = "a size such as 1280x720"
    meanings["cursor"] = "always, motion or never"
    meanings["speed"] = "a number from 4, thorough, to 16, hasty"
    return meanings
  }()

  private static func set<Value>(
    _ path: any WritableKeyPath<Preset, Value> & Sendable, _ parse: @escaping @Sendable (String) -> Value?
  ) -> Setter {
    { preset, text in
      guard let value = parse(text) else { return false }
      preset[keyPath: path] = value
      return true
    }
  }

  @Sendable private static func quantizer(_ text: String) -> Int? { Int(text).flatMap { 0...63 ~= $0 ? $0 : nil } }
}

extension YamlError {
  /// The line a fault is in, from 1, where Yams knows it.
  fileprivate var line: Int? {
    switch self {
    case .scanner(_, _, let mark, _), .parser(_, _, let mark, _), .composer(_, _, let mark, _): mark.line
    default: nil
    }
  }
}
