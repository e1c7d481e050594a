import RoomProtocol

/// The bytes of a text.
func utf8(_ text: String) -> [UInt8] { Array(text.utf8) }

func text(_ bytes: some Sequence<UInt8>) -> String { String(decoding: Array(bytes), as: UTF8.self) }

extension MonotonicTime {
  /// The time `seconds` after the start of a test, which is not zero.
  static func at(_ seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: 1_000_000_000_000 + UInt64(seconds * 1_000_000_000))
  }
}

extension EngineIOPayload {
  static func text(_ body: String) -> EngineIOPayload { EngineIOPayload(bytes: utf8(body), isBinary: false) }
}

extension EngineIOMessage {
  static func text(_ body: String) -> EngineIOMessage { .text(utf8(body)[...]) }
}
