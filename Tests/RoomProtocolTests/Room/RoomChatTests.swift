import RoomProtocol
import TestSupport
import Testing

/// The chat history, for members who join later.
@Suite struct RoomChatTests {
  private static let room = RoomName("r")!
  private static let viewer: JSONValue = ["role": "viewer"]

  @Test func `a new viewer gets the history with names and times, and a reference page does not`()
    throws
  {
    var rooms = Rooms()
    _ = try rooms.ask("a", "join", "r", ["role": "viewer", "name": "Ann"])
    _ = try rooms.ask("a", "chat", "r", "one")
    _ = try rooms.ask("a", "name", "r", "Bea")
    _ = try rooms.ask("a", "chat", "r", "two")
    _ = try rooms.ask("a", "message", "r", "not this")
    let sent = try rooms.ask("v", "join", "r", Self.viewer)
    #expect(
      sent[1] == "v: history r [{id:a,name:Ann,text:one,time:1000},{id:a,name:Bea,text:two,time:1000}]"
        && sent[2].hasPrefix("v: members"))
    #expect(try rooms.ask("o", "join", "r").allSatisfy { !$0.contains("history") })
    // Joining again sends all of it again.
    #expect(try rooms.ask("v", "join", "r", Self.viewer).contains { $0.hasPrefix("v: history") })
  }

  @Test func `there is no history without chat, in another room, or after the last member left`() throws {
    var rooms = Rooms()
    _ = try rooms.ask("a", "join", "r", Self.viewer)
    #expect(try rooms.ask("b", "join", "r", Self.viewer).allSatisfy { !$0.contains("history") })
    _ = try rooms.ask("a", "chat", "r", "said")
    #expect(try rooms.ask("c", "join", "other", Self.viewer).allSatisfy { !$0.contains("history") })
    for member in ["a", "b"] { _ = rooms.lose(member) }
    #expect(rooms.service.chatBytes == 0)
    #expect(try rooms.ask("d", "join", "r", Self.viewer).allSatisfy { !$0.contains("history") })
  }

  @Test func `a lone member that joins again with its session gets the history`() throws {
    var rooms = Rooms()
    let join: JSONValue = ["role": "viewer", "session": "s"]
    _ = try rooms.ask("a", "join", "r", join)
    _ = try rooms.ask("a", "chat", "r", "said")
    let bytes = rooms.service.chatBytes
    #expect(try rooms.ask("b", "join", "r", join).contains { $0.hasPrefix("b: history r [{id:a") })
    #expect(rooms.service.chatBytes == bytes)
  }

  @Test func `only the publisher clears the chat`() throws {
    var rooms = Rooms()
    _ = try rooms.ask("p", "join", "r", ["role": "publisher"])
    _ = try rooms.ask("v", "join", "r", Self.viewer)
    _ = try rooms.ask("v", "chat", "r", "said")
    #expect(try rooms.ask("v", "clear", "r") == ["v! role"])
    #expect(try rooms.ask("x", "clear", "r") == ["x! room"])
    #expect(rooms.service.chatHistory(of: Self.room).map(\.text) == ["said"])
    #expect(try rooms.ask("p", "clear", "r") == ["p: cleared r", "v: cleared r"])
    #expect(rooms.service.chatHistory(of: Self.room).isEmpty && rooms.service.chatBytes == 0)
    _ = try rooms.ask("v", "chat", "r", "new")
    #expect(rooms.service.chatHistory(of: Self.room).map(\.text) == ["new"])
  }

  @Test func `a room keeps the last lines that fit into 32 kB of JSON`() throws {
    var rooms = Rooms()
    var random = SeededRandom(seed: 7)
    _ = try rooms.ask("a", "join", "r", ["role": "viewer", "name": "Ännchen"])
    var lines: [String] = []
    for _ in 0..<2000 {
      // Quotes and control characters take more bytes in JSON.
      let text = String(
        repeating: ["x", "\"", "é", "\n", "😀"].randomElement(using: &random)!,
        count: .random(in: 1...900, using: &random))
      _ = try rooms.ask("a", "chat", "r", .string(text))
      lines.append(text)
      let kept = rooms.service.chatHistory(of: Self.room)
      let bytes = kept.reduce(0) { $0 + $1.value.text.count }
      #expect(bytes <= 32_768 && bytes == rooms.service.chatBytes)
      #expect(kept.map(\.text) == Array(lines.suffix(kept.count)))
    }
    #expect(rooms.service.chatHistory(of: Self.room).count > 4)
  }

  @Test func `all rooms together keep at most their limit, and each its last line`() throws {
    var rooms = Rooms(RoomConfiguration(chatHistoryBytes: 1000, allChatHistoryBytes: 4000))
    for number in 0..<8 {
      for member in ["a", "b"] { _ = try rooms.ask("\(member)\(number)", "join", .string("r\(number)"), Self.viewer) }
    }
    for round in 0..<40 {
      for number in 0..<8 { _ = try rooms.ask("a\(number)", "chat", .string("r\(number)"), .string("line \(round)")) }
      #expect(rooms.service.chatBytes <= 4000)
      for number in 0..<8 {
        #expect(rooms.service.chatHistory(of: RoomName("r\(number)")!).last?.text == "line \(round)")
      }
    }
  }

  @Test func `a line longer than the history is sent, and not kept`() throws {
    var rooms = Rooms(RoomConfiguration(chatHistoryBytes: 100))
    _ = try rooms.ask("a", "join", "r", Self.viewer)
    #expect(try rooms.ask("a", "chat", "r", .string(String(repeating: "x", count: 100))).count == 1)
    #expect(rooms.service.chatHistory(of: Self.room).isEmpty && rooms.service.chatBytes == 0)
  }
}
