import RoomProtocol
import TestSupport

extension SeededRandom {
  mutating func bytes(upTo count: Int) -> [UInt8] {
    (0..<Int.random(in: 0...count, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
  }

  mutating func text(upTo count: Int) -> String {
    let characters = Array("abz019 ,:/-?\"\\{}[]\n\t\u{1}é€😀\u{2028}_")
    return String((0..<Int.random(in: 0...count, using: &self)).map { _ in characters.randomElement(using: &self)! })
  }
}

extension JSONValue {
  /// A random value without bytes, nested at most `depth` deep.
  static func random(depth: Int = 3, using random: inout SeededRandom) -> JSONValue {
    switch Int.random(in: 0..<(depth == 0 ? 5 : 8), using: &random) {
    case 0: return .null
    case 1: return .bool(.random(using: &random))
    case 2: return .number(Double(Int.random(in: -1_000_000...1_000_000, using: &random)))
    case 3: return .number(.random(in: -1e9...1e9, using: &random))
    case 4: return .string(random.text(upTo: 12))
    case 5, 6:
      return .array((0..<Int.random(in: 0...4, using: &random)).map { _ in .random(depth: depth - 1, using: &random) })
    default:
      let count = Int.random(in: 0...4, using: &random)
      return .object(
        JSONObject((0..<count).map { _ in (random.text(upTo: 6), .random(depth: depth - 1, using: &random)) }))
    }
  }
}
