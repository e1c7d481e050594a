import RoomProtocol

/// Random numbers that are the same in every run (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  mutating func bytes(upTo count: Int) -> [UInt8] {
    (0..<Int.random(in: 0...count, using: &self)).map { _ in UInt8.random(in: 0...255, using: &self) }
  }

  mutating func text(upTo count: Int) -> String {
    let characters = Array("abz019 ,:/-?\"\\{}[]\n\t\u{1}é€😀\u{2028}_")
    return String((0..<Int.random(in: 0...count, using: &self)).map { _ in characters.randomElement(using: &self)! })
  }
}

extension JSONValue {
  /// Any value without bytes, of little depth.
  static func random(depth: Int = 3, using random: inout SeededGenerator) -> JSONValue {
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
