/// The data of `open`, a server's first packet.
package struct EngineIOHandshake: Sendable, Equatable {
  package let sessionID: String
  package let upgrades: [EngineIOTransport]
  package let pingInterval: Duration
  package let pingTimeout: Duration
  /// The most bytes the server accepts in one polling body; nil if not sent, as in version 3.
  package let maxPayload: Int?

  package init(
    sessionID: String, upgrades: [EngineIOTransport], pingInterval: Duration, pingTimeout: Duration, maxPayload: Int?
  ) {
    self.sessionID = sessionID
    self.upgrades = upgrades
    self.pingInterval = pingInterval
    self.pingTimeout = pingTimeout
    self.maxPayload = maxPayload
  }

  /// Reads the data of an `open` packet. Ignores unknown transports; rejects times outside 100 ms to a day.
  package init(_ data: ArraySlice<UInt8>) throws(EngineIOError) {
    guard let value = try? JSONValue(parsing: data), let sessionID = value["sid"]?.string,
      (1...256).contains(sessionID.utf8.count), sessionID.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }),
      let interval = value["pingInterval"]?.number, let timeout = value["pingTimeout"]?.number
    else { throw .invalidHandshake }
    let milliseconds = 100.0...86_400_000.0
    guard milliseconds.contains(interval), milliseconds.contains(timeout) else { throw .invalidHandshake }
    self.init(
      sessionID: sessionID,
      upgrades: value["upgrades"]?.array?.compactMap { $0.string.flatMap(EngineIOTransport.init) } ?? [],
      pingInterval: .milliseconds(Int(interval)), pingTimeout: .milliseconds(Int(timeout)),
      maxPayload: value["maxPayload"]?.int.flatMap { $0 > 0 ? $0 : nil })
  }

  /// The `open` packet.
  package var frame: EngineIOFrame {
    var value: JSONObject = [
      "sid": .string(sessionID), "upgrades": .array(upgrades.map { .string($0.rawValue) }),
      "pingInterval": .number(pingInterval.milliseconds), "pingTimeout": .number(pingTimeout.milliseconds),
    ]
    if let maxPayload { value["maxPayload"] = .number(Double(maxPayload)) }
    return .text([EngineIOPacket.Kind.open.digit] + JSONValue.object(value).text)
  }
}

extension Duration {
  fileprivate var milliseconds: Double {
    Double(components.seconds) * 1000 + Double(components.attoseconds / 1_000_000_000_000_000)
  }
}
