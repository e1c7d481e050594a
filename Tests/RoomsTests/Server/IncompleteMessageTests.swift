import Foundation
import Harness
import Rooms
import Testing

/// Incomplete messages and requests are limited in size, per client and in total, and in time.
@Suite(.timeLimit(.minutes(1))) struct IncompleteMessageTests {
  /// Begins a text message of `length` bytes, of which `part` are sent.
  private static func begin(_ peer: WebSocketPeer, _ length: Int, sending part: Int) {
    let header: [UInt8] = [0x81, 0x80 | 127] + (0..<8).map { UInt8(truncatingIfNeeded: length >> (56 - 8 * $0)) }
    // Masked with zeros.
    peer.connection.send(header + [0, 0, 0, 0] + [UInt8](repeating: 0x34, count: part))
  }

  private static func memory(of process: pid_t) throws -> Int {
    let status = try String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)
    let line = status.split(separator: "\n").first { $0.hasPrefix("VmRSS:") }
    return try #require(line.flatMap { Int($0.filter(\.isNumber)) }) * 1024
  }

  @Test func `500 connections with an incomplete message of 255 kB use less than 20 MB`() async throws {
    let server = try Program(try Executables.product("oriel"), ["serve", "--listen", "127.0.0.1:0", "--json"])
    let ready = try JSON(parsing: try await server.line { $0.contains(#""event":"ready""#) })
    let port = try #require(ready["url"].string.flatMap { URL(string: $0)?.port })
    let bystander = try WebSocketPeer.connected(port: port)
    let before = try Self.memory(of: server.pid)
    let peers = try (0..<498).map { _ in try WebSocketPeer(port: port) }
    for peer in peers { Self.begin(peer, 255_000, sending: 200_000) }
    for peer in peers { try peer.connection.waitForEnd() }
    #expect(try Self.memory(of: server.pid) - before < 20_000_000)
    #expect(try bystander.call(#"["join","quiet"]"#) == #"[{"ok":true}]"#)
    try await server.stop()
  }

  @Test func `outside rooms a frame, fragments or a post over 16 kB are refused, in a room accepted`() async throws {
    try await withBystanders { rooms in
      let text = "42" + #"["message","a",""# + String(repeating: "x", count: 20_000) + #""]"#
      let whole = try WebSocketPeer.connected(port: rooms.port)
      whole.send(text)
      #expect(try whole.closeCode() == 1009)
      let parts = try WebSocketPeer.connected(port: rooms.port)
      for opcode in [1, 0] as [UInt8] {
        parts.send(opcode: opcode, [UInt8](repeating: 0x34, count: 10_000), isFinal: false)
      }
      #expect(try parts.closeCode() == 1009)
      let begun = try WebSocketPeer.connected(port: rooms.port)
      Self.begin(begun, 200_000, sending: 17_000)
      #expect(try begun.closeCode() == 1009)

      let connection = try rooms.connection()
      let opened = try #require(try connection.get("/socket.io/?EIO=4&transport=polling"))
      let id = try #require(try JSON(parsing: String(opened.body.dropFirst()))["sid"].string)
      let target = "/socket.io/?EIO=4&transport=polling&sid=\(id)"
      #expect(try rooms.connection().get(target, method: "POST", body: text)?.status == 413)
      #expect(try connection.get(target, method: "POST", body: "40\u{1e}42[\"join\",\"a\"]")?.status == 200)
      #expect(try connection.get(target, method: "POST", body: text)?.status == 200)

      let member = try rooms.member("a")
      member.send(text)
      #expect(try member.call(#"["chat","a","x"]"#) == #"[{"ok":true}]"#)
      // Outside the room again.
      member.send(#"42["leave","a"]"#)
      try member.expect { $0.hasPrefix(#"42["leaved""#) }
      member.send(text)
      #expect(try member.closeCode() == 1009)
    }
  }

  @Test func `a message that is incomplete after messageTimeout closes the connection`() async throws {
    try await withBystanders(.with { $0.server.limits.messageTimeout = .milliseconds(500) }) { rooms in
      let header = try rooms.member("a")
      Self.begin(header, 1000, sending: 0)
      let middle = try rooms.member("a")
      Self.begin(middle, 1000, sending: 500)
      let parts = try rooms.member("a")
      parts.send(opcode: 1, [0x34], isFinal: false)
      let drops = try rooms.member("a")
      drops.send(opcode: 1, [0x34], isFinal: false)
      for _ in 0..<20 {
        try await Task.sleep(for: .milliseconds(50))
        drops.send(opcode: 0, [0x34], isFinal: false)
      }
      try drops.connection.waitForEnd(within: 0.2)
      for peer in [header, middle, parts] { try peer.connection.waitForEnd() }
      #expect(rooms.log.refused("timeout"))
      // A complete message stops the timeout.
      let whole = try rooms.member("a")
      let frame = Array(#"42["chat","a","x"]"#.utf8)
      whole.connection.send([0x81, 0x80 | UInt8(frame.count), 0, 0, 0, 0])
      whole.connection.send(frame)
      try whole.expect { $0.hasPrefix(#"42["chat""#) }
      try await Task.sleep(for: .milliseconds(600))
      #expect(try whole.call(#"["chat","a","y"]"#) == #"[{"ok":true}]"#)
    }
  }

  @Test func `beyond allReceivedBytes the clients with the most incomplete data are disconnected`() async throws {
    try await withBystanders(.with { $0.server.limits.allReceivedBytes = 1_000_000 }) { rooms in
      let small = try rooms.member("a")
      Self.begin(small, 1000, sending: 500)
      let large = try (0..<12).map { _ in try rooms.member("b") }
      for peer in large { Self.begin(peer, 250_000, sending: 240_000) }
      try await eventually("at most four large senders left") {
        try #require(try rooms.metric("connections")) <= 2 + 1 + 4 + 1
      }
      #expect(rooms.log.refused("unfinished"))
      small.connection.send([UInt8](repeating: 0x34, count: 499) + [0x31])
      // The message is now complete: an invalid packet, but no timeout.
      #expect(try small.closeCode() != nil)
    }
  }
}
