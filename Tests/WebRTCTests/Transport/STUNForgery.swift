import COpenSSL
import TestSupport

/// STUN messages that a hostile peer, which knows the passwords, might send.
enum STUNForgery {
  /// Whether `bytes` is a success response to a Binding request.
  static func isBindingSuccess(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 20 && bytes[0] == 1 && bytes[1] == 1 && Array(bytes[4..<8]) == [0x21, 0x12, 0xa4, 0x42]
  }

  static func isBindingRequest(_ bytes: [UInt8]) -> Bool { isMessage(bytes) && bytes[0] == 0 && bytes[1] == 1 }

  static func isMessage(_ bytes: [UInt8]) -> Bool {
    bytes.count >= 20 && bytes[0] < 4 && Array(bytes[4..<8]) == [0x21, 0x12, 0xa4, 0x42]
  }

  /// An error response to the request that `response` answers.
  static func error(_ code: Int, inPlaceOf response: [UInt8], password: String) -> [UInt8] {
    sign([0x01, 0x11, 0, 0] + response[4..<20] + [0, 9, 0, 4, 0, 0, UInt8(code / 100), UInt8(code % 100)], password)
  }

  /// A success response to a Binding request, without XOR-MAPPED-ADDRESS.
  static func success(to request: [UInt8], password: String) -> [UInt8] {
    sign([0x01, 0x01, 0, 0] + request[4..<20], password)
  }

  /// A check of the highest priority by a controlling peer, which nominates the pair.
  /// - Parameters:
  ///   - username: both sides' fragments, the receiver's first.
  ///   - password: the receiver's.
  static func check(username: String, password: String) -> [UInt8] {
    var name = Array(username.utf8)
    var message: [UInt8] = [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42] + (0..<12).map { _ in UInt8.random(in: 0...255) }
    message += [0, 6, UInt8(name.count >> 8), UInt8(name.count & 255)]
    name += [UInt8](repeating: 0, count: -name.count & 3)
    message += name + [0, 0x24, 0, 4, 0x7f, 0xff, 0xff, 0xff]
    message += [0x80, 0x2a, 0, 8] + [UInt8](repeating: 0xff, count: 8) + [0, 0x25, 0, 0]
    return sign(message, password)
  }

  /// A random variation of `original` with its transaction id, usually correctly signed.
  static func variation(of original: [UInt8], password: String, using generator: inout SeededRandom) -> [UInt8] {
    let kinds: [[UInt8]] = [
      [0, 1], [1, 1], [1, 0x11], [0, 0x11], [0, 3], [1, 3], [1, 0x13], [0, 9], [0, 0x17], [1, 0x18],
    ]
    var message = Bool.random(using: &generator) ? Array(original[..<2]) : kinds.randomElement(using: &generator)!
    message += [0, 0] + original[4..<20]
    if Int.random(in: 0..<8, using: &generator) == 0 { message[19] ^= 1 }
    // Attributes of the original before its signature, some left out, then some of any type.
    var position = 20
    while position + 4 <= original.count {
      let type = UInt16(original[position]) << 8 | UInt16(original[position + 1])
      let length = (Int(original[position + 2]) << 8 | Int(original[position + 3]) + 3) & ~3
      if type == 8 || position + 4 + length > original.count { break }
      if Int.random(in: 0..<4, using: &generator) > 0 { message += original[position..<(position + 4 + length)] }
      position += 4 + length
    }
    let types: [UInt16] = [
      1, 6, 9, 0xa, 0xc, 0xd, 0x12, 0x13, 0x14, 0x15, 0x16, 0x18, 0x19, 0x1a, 0x20, 0x22, 0x24, 0x25, 0x26, 0x8022,
      0x8023,
      0x8029, 0x802a, 0x8054, 0x8055, 0x8070, 0xc001, 0x7fff,
    ]
    for _ in 0..<Int.random(in: 0...4, using: &generator) {
      let type = types.randomElement(using: &generator)!
      let length = [0, 1, 2, 4, 7, 8, 20, 40, 255].randomElement(using: &generator)!
      message += [UInt8(type >> 8), UInt8(type & 255), 0, UInt8(length)]
      let value = (0..<((length + 3) & ~3)).map { _ in UInt8.random(in: 0...255, using: &generator) }
      let code: [UInt8] = [
        0, 0, UInt8.random(in: 3...6, using: &generator), UInt8.random(in: 0...99, using: &generator),
      ]
      message += type == 9 && length == 4 ? code : value
    }
    return Int.random(in: 0..<16, using: &generator) == 0 ? message : sign(message, password)
  }

  /// Adds integrity and fingerprint.
  private static func sign(_ unsigned: [UInt8], _ password: String) -> [UInt8] {
    var message = unsigned
    setLength(&message, message.count - 20 + 24)
    var digest = [UInt8](repeating: 0, count: 20)
    var count: UInt32 = 20
    let key = Array(password.utf8)
    HMAC(EVP_sha1(), key, Int32(key.count), message, message.count, &digest, &count)
    message += [0, 8, 0, 20] + digest
    setLength(&message, message.count - 20 + 8)
    let checksum = crc32(message) ^ 0x5354_554e
    message += [0x80, 0x28, 0, 4] + [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: checksum >> UInt32($0)) }
    return message
  }

  private static func setLength(_ message: inout [UInt8], _ length: Int) {
    message[2] = UInt8(length >> 8)
    message[3] = UInt8(length & 255)
  }

  private static func crc32(_ bytes: [UInt8]) -> UInt32 {
    var value = UInt32.max
    for byte in bytes {
      value ^= UInt32(byte)
      for _ in 0..<8 { value = value & 1 == 1 ? value >> 1 ^ 0xedb8_8320 : value >> 1 }
    }
    return ~value
  }
}
