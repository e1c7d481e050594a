import RoomProtocol

/// What must hold whatever a stranger sends to a room server or client; called by the fuzzer, and by tests with all that it
/// has found. A property that does not hold traps.
public enum RoomChecks {
  /// The first byte says what the others are.
  public static func check(_ bytes: [UInt8]) {
    let rest = bytes.dropFirst()
    switch bytes.first {
    case 0x30: checkJSON(rest)
    default: break
    }
  }

  private static func checkJSON(_ bytes: ArraySlice<UInt8>) {
    guard let value = try? JSONValue(parsing: bytes) else { return }
    precondition((try? JSONValue(parsing: value.text[...])) != nil, "written, it cannot be read")
  }
}
