import RoomProtocol
import TestSupport

/// Packets and bytes as the programs of the differential tests read and write them.
enum Wire {
  static func hexadecimal(_ bytes: some Sequence<UInt8>) -> JSONValue {
    let digits = Array("0123456789abcdef")
    return ["$bytes": .string(String(bytes.flatMap { [digits[Int($0 >> 4)], digits[Int($0 & 15)]] }))]
  }

  static func bytes(_ text: String) -> [UInt8] {
    let digits = Array(text.utf8)
    return stride(from: 0, to: digits.count, by: 2).map {
      UInt8(String(decoding: digits[$0...($0 + 1)], as: UTF8.self), radix: 16)!
    }
  }

  /// The value with `$bytes` objects in place of `binary` values.
  static func shown(_ value: JSONValue) -> JSONValue {
    switch value {
    case .binary(let bytes): return hexadecimal(bytes)
    case .array(let elements): return .array(elements.map(shown))
    case .object(let object): return .object(JSONObject(object.members.map { ($0.key, shown($0.value)) }))
    default: return value
    }
  }

  static func message(_ frame: EngineIOFrame) -> JSONValue {
    switch frame {
    case .text(let bytes): .string(text(bytes.dropFirst()))
    case .binary(let bytes): hexadecimal(bytes)
    }
  }

  static func message(_ value: JSONValue) -> EngineIOMessage? {
    if let written = value.string { return .text(written) }
    return value["$bytes"]?.string.map { .binary(bytes($0)[...]) }
  }

  /// A packet as a JSON object. Its type is the digit on the wire, which depends on whether there are attachments.
  static func packet(_ packet: SocketIOPacket) -> JSONValue {
    let first = packet.frames[0]
    var digit = packet.kind.rawValue
    if case .text(let bytes) = first { digit = bytes[1] - UInt8(ascii: "0") }
    var object: JSONObject = ["type": .number(Double(digit)), "nsp": .string(packet.namespace)]
    object["id"] = packet.id.map { .number(Double($0)) }
    object["data"] = packet.data.map(shown)
    return .object(object)
  }
}

extension SocketIOPacket {
  /// A random packet that both versions allow.
  static func random(using random: inout SeededRandom) -> SocketIOPacket {
    let namespace = ["/", "/a", "/admin-é"].randomElement(using: &random)!
    let id = Bool.random(using: &random) ? UInt64.random(in: 0...999_999, using: &random) : nil
    switch Int.random(in: 0..<8, using: &random) {
    case 0: return SocketIOPacket(.connect, namespace: namespace)
    case 1: return SocketIOPacket(.disconnect, namespace: namespace)
    case 2: return SocketIOPacket(.connectError, namespace: namespace, data: .string(random.text(upTo: 9)))
    case 3, 4:
      return SocketIOPacket(
        .acknowledgement, namespace: namespace, id: id ?? 1, data: .array(values(using: &random)))
    default: return SocketIOPacket(event: random.text(upTo: 9), values(using: &random), namespace: namespace, id: id)
    }
  }

  private static func values(using random: inout SeededRandom) -> [JSONValue] {
    (0..<Int.random(in: 0...3, using: &random)).map { _ in
      switch Int.random(in: 0..<6, using: &random) {
      case 0: .binary(random.bytes(upTo: 20))
      case 1: ["a": .binary(random.bytes(upTo: 20)), "b": [.binary([]), .random(using: &random)]]
      default: .random(using: &random)
      }
    }
  }
}
