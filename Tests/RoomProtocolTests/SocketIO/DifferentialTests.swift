import Foundation
import RoomProtocol
import TestSupport
import Testing

/// The codec compared with others: Debian's socket.io-parser for protocol 5, python-socketio's classes for protocol 4.
@Suite struct DifferentialTests {
  /// A program's answers to tasks.
  private static func answers(
    to tasks: [JSONValue], _ run: (_ file: String) async throws -> String
  ) async throws -> [JSONValue] {
    let folder = try TemporaryDirectory()
    let file = folder.url.appending(path: "tasks")
    try Data(tasks.flatMap { $0.text + utf8("\n") }).write(to: file)
    let answers = try await run(file.path).split(separator: "\n").map { try JSONValue(parsing: String($0)) }
    try #require(answers.count == tasks.count)
    return answers
  }

  private static func node(_ tasks: [JSONValue]) async throws -> [JSONValue] {
    let script = URL(filePath: #filePath).appending(path: "../../../Peers/socketio_parser.js").standardized.path
    return try await answers(to: tasks) {
      try await Program.run("node", [script, $0], environment: ["NODE_PATH": "/usr/share/nodejs"])
    }
  }

  private static func python(_ tasks: [JSONValue]) async throws -> [JSONValue] {
    try await answers(to: tasks) { try await PythonPeer.run("packets", [$0], in: "socketio-4") }
  }

  private static func peer(_ version: SocketIOVersion, _ tasks: [JSONValue]) async throws -> [JSONValue] {
    try await version == .v4 ? python(tasks) : node(tasks)
  }

  private func packets(_ count: Int) -> [SocketIOPacket] {
    var random = SeededRandom(seed: 45)
    return (0..<count).map { _ in .random(using: &random) }
  }

  private func same(_ left: JSONValue, _ right: JSONValue) -> Bool {
    func members(_ value: JSONValue) -> [JSONValue?] {
      ["nsp", "id", "data"].map { key in value[key].flatMap { $0.isNull ? nil : $0 } }
    }
    // The type shows whether there are attachments; a mutated text may have lost their placeholders.
    func kind(_ value: JSONValue) -> Int? { value["type"]?.int.map { $0 >= 5 ? $0 - 3 : $0 } }
    // Compares the value as it is written: JSON cannot contain infinity.
    return kind(left) == kind(right) && members(left) == members((try? JSONValue(parsing: right.text[...])) ?? .null)
  }

  @Test(arguments: [SocketIOVersion.v4, .v5])
  func `peers read our packets, and we read theirs`(version: SocketIOVersion) async throws {
    let packets = packets(1500)
    let decoded = try await Self.peer(version, packets.map { ["decode": .array($0.frames.map(Wire.message))] })
    for (packet, answer) in zip(packets, decoded) {
      #expect(same(answer, Wire.packet(packet)), "\(text(packet.frames.description.utf8))")
    }
    let encoded = try await Self.peer(
      version,
      packets.map { packet in
        var task = Wire.packet(packet)
        // The peer changes the type itself if there are attachments.
        if case .object(var object) = task {
          object["type"] = .number(Double(packet.kind.rawValue))
          task = .object(object)
        }
        return ["encode": task]
      })
    for (packet, answer) in zip(packets, encoded) {
      let messages = try #require(answer.array, "\(text(answer.text))")
      var decoder = SocketIODecoder(version)
      var read: SocketIOPacket?
      for message in messages {
        #expect(read == nil)
        read = try decoder.decode(try #require(Wire.message(message)))
      }
      #expect(read == packet, "\(text(answer.text))")
    }
  }

  /// A packet whose text has a few characters changed, removed or inserted.
  private func mutated(_ packet: SocketIOPacket, _ random: inout SeededRandom) -> [JSONValue] {
    var messages = packet.frames.map(Wire.message)
    var characters = Array(messages[0].string ?? "")
    let others = Array("0123456789-/,{}[]\"aetrfn:.\\ ")
    for _ in 0..<Int.random(in: 1...3, using: &random) {
      let place = Int.random(in: 0...characters.count, using: &random)
      switch Int.random(in: 0..<3, using: &random) {
      case 0: characters.insert(others.randomElement(using: &random)!, at: place)
      case 1 where place < characters.count: characters.remove(at: place)
      default: if place < characters.count { characters[place] = others.randomElement(using: &random)! }
      }
    }
    messages[0] = .string(String(characters))
    return messages
  }

  /// Whether the parser may accept an input that we refuse: it leaves some checks to its callers. No peer sends such packets.
  private func isLooser(_ answer: JSONValue, _ error: SocketIOError, _ text: String) -> Bool {
    let data = answer["data"]
    return switch (error, answer["type"]?.int) {
    // Its `Number` accepts white space, signs, exponents and hexadecimal digits, and reads an empty string as 0.
    case (.invalidID, _), (.invalidAttachmentCount, _), (.tooLarge, _), (.unknownPacketType, 0): true
    case _ where text.contains(" ") && answer["id"] != nil: true
    case (.invalidPayload, 0): data?.array != nil
    case (.invalidPayload, 2), (.invalidPayload, 5): data == nil || data?[0]?.number != nil
    case (.invalidPayload, 3), (.invalidPayload, 6): data == nil || answer["id"] == nil
    case (.invalidPayload, 4): data == nil || data?.isNull == true || data?.array != nil
    default: false
    }
  }

  @Test func `a mutated packet is read as the parser reads it, or refused`() async throws {
    var random = SeededRandom(seed: 451)
    let inputs = packets(4000).map { mutated($0, &random) }
    let answers = try await Self.node(inputs.map { ["decode": .array($0)] })
    var accepted = 0
    var refused = 0
    for (messages, answer) in zip(inputs, answers) {
      var decoder = SocketIODecoder(.v5)
      do throws(SocketIOError) {
        var packet: SocketIOPacket?
        for message in messages {
          if let read = try decoder.decode(Wire.message(message)!) { packet = read }
        }
        if let packet {
          accepted += 1
          #expect(same(answer, Wire.packet(packet)), "\(text(JSONValue.array(messages).text)) → \(text(answer.text))")
        } else {
          #expect(answer["error"] != nil, "\(text(JSONValue.array(messages).text)) → \(text(answer.text))")
        }
      } catch {
        refused += 1
        #expect(
          answer["error"] != nil || isLooser(answer, error, messages[0].string ?? ""),
          "\(error): \(text(JSONValue.array(messages).text)) → \(text(answer.text))")
      }
    }
    // Enough of both for the comparison to be useful.
    #expect(accepted > 500 && refused > 500)
  }

  @Test func `Engine.IO 3 payloads are exchanged with python-engineio`() async throws {
    var random = SeededRandom(seed: 3)
    // A letter first: the peer would parse text that looks like JSON.
    let payloads = (0..<300).map { _ in
      (0..<Int.random(in: 1...5, using: &random)).map { _ -> EngineIOFrame in
        Bool.random(using: &random)
          ? .binary([1] + random.bytes(upTo: 300)) : EngineIOFrame(message: "x" + random.text(upTo: 300))
      }
    }
    let decoded = try await Self.python(
      payloads.map { ["payload": Wire.hexadecimal(EngineIOPayload(posting: $0, .v3).bytes)] })
    for (frames, answer) in zip(payloads, decoded) {
      let expected = frames.map { frame -> JSONValue in
        if case .text(let bytes) = frame { .string(text(bytes.dropFirst())) } else { Wire.message(frame) }
      }
      #expect(answer == .array(expected))
    }
    let encoded = try await Self.python(payloads.map { ["packets": .array($0.map(Wire.message))] })
    for (frames, answer) in zip(payloads, encoded) {
      let bytes = Wire.bytes(try #require(answer["$bytes"]?.string))
      var reader = try EngineIOPayloadReader(EngineIOPayload(bytes: bytes, isBinary: true), .v3)
      for frame in frames { #expect(try reader.next().map(EngineIOFrame.init) == frame) }
      #expect(try reader.next() == nil)
    }
  }
}
