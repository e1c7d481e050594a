/// A room's name: 1 to 64 ASCII letters, digits, `_` and `-`.
public struct RoomName: Sendable, Hashable, CustomStringConvertible {
  public let description: String

  /// The name; nil if it is invalid.
  public init?(_ name: String) {
    guard (1...64).contains(name.utf8.count), name.utf8.allSatisfy(Self.isAllowed) else { return nil }
    description = name
  }

  /// An unguessable name, of 130 random bits.
  public static func random() -> RoomName {
    let letters = Array("abcdefghijklmnopqrstuvwxyz234567")
    // Five bits a letter.
    return RoomName(unchecked: String((0..<26).map { _ in letters[Int.random(in: 0..<32)] }))
  }

  private init(unchecked name: String) { description = name }

  private static func isAllowed(_ byte: UInt8) -> Bool {
    byte &- 48 < 10 || (byte | 0x20) &- 97 < 26 || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
  }
}
