/// Writes JSON text, as short as `JSON.stringify` does.
struct JSONWriter {
  private(set) var text: [UInt8]
  /// The attachments, in the order of their placeholders in the text.
  private(set) var attachments: [[UInt8]] = []

  /// - Parameter text: the text to append to.
  init(after text: [UInt8] = []) { self.text = text }

  /// Writes a value, recursively: values that were read are within `JSONLimits.depth`.
  mutating func write(_ value: JSONValue) {
    switch value {
    case .null: write(word: "null")
    case .bool(let value): write(word: value ? "true" : "false")
    case .number(let value): write(number: value)
    case .string(let value): write(quoted: value)
    case .array(let elements):
      text.append(UInt8(ascii: "["))
      for (index, element) in elements.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        write(element)
      }
      text.append(UInt8(ascii: "]"))
    case .object(let object):
      text.append(UInt8(ascii: "{"))
      for (index, member) in object.members.enumerated() {
        if index > 0 { text.append(UInt8(ascii: ",")) }
        write(quoted: member.key)
        text.append(UInt8(ascii: ":"))
        write(member.value)
      }
      text.append(UInt8(ascii: "}"))
    case .binary(let bytes):
      write(word: "{\"_placeholder\":true,\"num\":")
      text.append(contentsOf: String(attachments.count).utf8)
      text.append(UInt8(ascii: "}"))
      attachments.append(bytes)
    }
  }

  private mutating func write(word: StaticString) {
    text.append(contentsOf: UnsafeBufferPointer(start: word.utf8Start, count: word.utf8CodeUnitCount))
  }

  /// Writes a number. NaN and infinities become null, as in JavaScript.
  private mutating func write(number: Double) {
    if let whole = Int(exactly: number), whole.magnitude < 1 << 53 {
      text.append(contentsOf: String(whole).utf8)
    } else if number.isFinite {
      text.append(contentsOf: number.description.utf8)
    } else {
      write(word: "null")
    }
  }

  private mutating func write(quoted value: String) {
    text.append(UInt8(ascii: "\""))
    var value = value
    value.withUTF8 { bytes in
      var copied = 0
      // Usually there is nothing to escape.
      while let index = bytes[copied...].firstIndex(where: { $0 < 0x20 || $0 == 0x22 || $0 == 0x5C }) {
        text.append(contentsOf: bytes[copied..<index])
        copied = index + 1
        escape(bytes[index])
      }
      text.append(contentsOf: bytes[copied...])
    }
    text.append(UInt8(ascii: "\""))
  }

  private mutating func escape(_ byte: UInt8) {
    text.append(UInt8(ascii: "\\"))
    switch byte {
    case 0x08: text.append(UInt8(ascii: "b"))
    case 0x09: text.append(UInt8(ascii: "t"))
    case 0x0A: text.append(UInt8(ascii: "n"))
    case 0x0C: text.append(UInt8(ascii: "f"))
    case 0x0D: text.append(UInt8(ascii: "r"))
    case 0x22, 0x5C: text.append(byte)
    default:
      text.append(contentsOf: "u00".utf8)
      text.append(UInt8(ascii: "0") + byte >> 4)
      text.append(byte & 15 < 10 ? UInt8(ascii: "0") + byte & 15 : UInt8(ascii: "a") + byte & 15 - 10)
    }
  }
}
