import Harness

/// A WebSocket client over which a test sends any frames, and a Socket.IO client of protocol 5 (`connected`).
final class WebSocketPeer {
  struct Frame {
    let opcode: UInt8
    let payload: [UInt8]
    var text: String { String(decoding: payload, as: UTF8.self) }
    /// The status code of a close frame.
    var code: Int { payload.count >= 2 ? Int(payload[0]) << 8 | Int(payload[1]) : 0 }
  }

  let connection: RawConnection

  /// Opens the WebSocket.
  /// - Throws: `HarnessError` when the server refuses it.
  init(port: Int, query: String = "EIO=4&transport=websocket", _ headers: [String] = [], receiveBuffer: Int32? = nil)
    throws
  {
    connection = try RawConnection(port: port, receiveBuffer: receiveBuffer)
    let answer = try connection.get("/socket.io/?\(query)", Self.upgrade + headers)
    guard let answer, answer.status == 101 else { throw HarnessError("no WebSocket: \(answer?.status ?? 0)") }
    guard answer["Sec-WebSocket-Accept"] == "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=" else {
      throw HarnessError("a wrong Sec-WebSocket-Accept")
    }
  }

  /// The key of RFC 6455 §1.3.
  static let upgrade = [
    "Upgrade: websocket", "Connection: keep-alive, Upgrade", "Sec-WebSocket-Version: 13",
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==",
  ]

  /// A client that has joined Socket.IO's main namespace.
  static func connected(port: Int, _ headers: [String] = [], receiveBuffer: Int32? = nil) throws -> WebSocketPeer {
    let peer = try WebSocketPeer(port: port, headers, receiveBuffer: receiveBuffer)
    try peer.expect { $0.hasPrefix("0{") }
    peer.send("40")
    try peer.expect { $0.hasPrefix("40{") }
    return peer
  }

  func send(_ text: String) { send(opcode: 1, Array(text.utf8)) }

  func send(opcode: UInt8, _ payload: [UInt8], isFinal: Bool = true, isMasked: Bool = true, reserved: UInt8 = 0) {
    let mask: [UInt8] = [0x12, 0x34, 0x56, 0x78]
    var frame = [(isFinal ? 0x80 : 0) | reserved | opcode]
    let flag: UInt8 = isMasked ? 0x80 : 0
    switch payload.count {
    case ..<126: frame.append(flag | UInt8(payload.count))
    case ...0xFFFF: frame += [flag | 126, UInt8(payload.count >> 8), UInt8(payload.count & 0xFF)]
    default: frame += [flag | 127] + (0..<8).map { UInt8(truncatingIfNeeded: payload.count >> (56 - 8 * $0)) }
    }
    frame += isMasked ? mask + payload.enumerated().map { $1 ^ mask[$0 & 3] } : payload
    connection.send(frame)
  }

  func frame(within seconds: Double = 10) throws -> Frame? {
    try connection.next(within: seconds) { bytes in
      guard bytes.count >= 2 else { return nil }
      var (length, start) = (Int(bytes[1] & 0x7F), 2)
      if length == 126 {
        guard bytes.count >= 4 else { return nil }
        (length, start) = (Int(bytes[2]) << 8 | Int(bytes[3]), 4)
      } else if length == 127 {
        guard bytes.count >= 10 else { return nil }
        (length, start) = (bytes[2..<10].reduce(0) { $0 << 8 | Int($1) }, 10)
      }
      guard bytes.count >= start + length else { return nil }
      let frame = Frame(opcode: bytes[0] & 0x0F, payload: Array(bytes[start..<start + length]))
      bytes.removeFirst(start + length)
      return frame
    }
  }

  /// The next text message. Answers Engine.IO pings.
  func text(within seconds: Double = 10) throws -> String? {
    while let frame = try frame(within: seconds) {
      if frame.opcode == 8 { return nil }
      guard frame.opcode == 1 else { continue }
      if frame.text == "2" { send("3") } else { return frame.text }
    }
    return nil
  }

  /// Waits for a text message for which `matches` returns true.
  @discardableResult
  func expect(within seconds: Double = 10, _ matches: (String) -> Bool) throws -> String {
    var others: [String] = []
    while let text = try text(within: seconds) {
      if matches(text) { return text }
      others.append(text)
    }
    throw HarnessError("the connection ended after \(others)")
  }

  /// Waits for the close frame.
  /// - Returns: its code; nil when the connection ends without one.
  func closeCode(within seconds: Double = 10) throws -> Int? {
    while let frame = try frame(within: seconds) {
      guard frame.opcode == 8 else { continue }
      send(opcode: 8, frame.payload)
      return frame.code
    }
    return nil
  }

  /// Emits an event and waits for its acknowledgement.
  /// - Returns: the acknowledgement's arguments.
  func call(_ event: String) throws -> String {
    send("42777" + event)
    return String(try expect { $0.hasPrefix("43777") }.dropFirst(5))
  }
}
