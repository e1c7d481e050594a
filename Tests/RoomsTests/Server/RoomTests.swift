import Harness
import RoomProtocol
import Rooms
import Testing

/// The room service's events on the wire, including the extensions of the reference protocol.
@Suite(.timeLimit(.minutes(1))) struct RoomTests {
  /// The JSON array of an event, after its `42`.
  private func event(_ peer: WebSocketPeer, _ name: String) throws -> JSON {
    try JSON(parsing: String(try peer.expect { $0.hasPrefix("42[\"\(name)\"") }.dropFirst(2)))
  }

  /// Joins like the page.
  private func join(
    _ rooms: ServedRooms, _ info: String, _ room: String = "r"
  ) throws -> (peer: WebSocketPeer, id: String, info: JSON, others: JSON) {
    let peer = try WebSocketPeer.connected(port: rooms.port)
    peer.send(#"42["join","\#(room)",\#(info)]"#)
    let joined = try event(peer, "joined")
    return (peer, try #require(joined[2].string), joined[3], try event(peer, "members")[2])
  }

  @Test func `members get the others' roles and names, and a message with to reaches that member only`() async throws {
    try await ServedRooms.run { rooms in
      let publisher = try join(rooms, #"{"role":"publisher","name":"Ada"}"#)
      #expect(publisher.info["role"] == "publisher" && publisher.info["locked"] == false)
      #expect(publisher.others == [])
      let viewer = try join(rooms, #"{"role":"viewer","name":"Bo\u202eb"}"#)
      #expect(viewer.others == [["id": .string(publisher.id), "role": "publisher", "name": "Ada"]])
      #expect(try event(publisher.peer, "otherjoin")[3]["name"] == "Bob")
      let third = try join(rooms, #"{"role":"viewer"}"#)
      _ = try event(publisher.peer, "otherjoin")

      publisher.peer.send(
        #"42["message","r",{"type":"offer","sdp":"x","to":"\#(viewer.id)","from":"\#(third.id)","extra":[1]}]"#)
      let offer = try event(viewer.peer, "message")[2]
      #expect(offer["from"].string == publisher.id)
      #expect(offer["extra"] == [1])
      // Not to the third member: its next message is the one to all.
      publisher.peer.send(#"42["message","r",{"type":"all"}]"#)
      #expect(try event(third.peer, "message")[2]["type"] == "all")
      // A client outside the room reaches no member, not even by id.
      let stranger = try join(rooms, "{}", "elsewhere")
      #expect(
        try stranger.peer.call(#"["message","r",{"to":"\#(viewer.id)"}]"#) == #"[{"ok":false,"reason":"room"}]"#)
      #expect(
        try stranger.peer.call(#"["message","elsewhere",{"to":"\#(viewer.id)"}]"#)
          == #"[{"ok":false,"reason":"member"}]"#)
    }
  }

  @Test func `chat has the sender's name and the server's time, and a limited length`() async throws {
    try await ServedRooms.run { rooms in
      let (ada, bob) = (try join(rooms, #"{"name":"Ada"}"#), try join(rooms, "{}"))
      #expect(try ada.peer.call(#"["chat","r","<b>hello</b>"]"#) == #"[{"ok":true}]"#)
      let chat = try event(bob.peer, "chat")[2]
      #expect(chat["name"] == "Ada" && chat["text"] == "<b>hello</b>" && chat["id"].string == ada.id)
      let now = try #require(Double(try await Program.run("date", ["+%s%3N"]).filter(\.isNumber)))
      #expect(abs((chat["time"].number ?? 0) - now) < 30_000)
      for text in ["", String(repeating: "x", count: 4001)] {
        #expect(try ada.peer.call(#"["chat","r","\#(text)"]"#) == #"[{"ok":false,"reason":"length"}]"#)
      }
      #expect(try ada.peer.call(#"["chat","other","x"]"#) == #"[{"ok":false,"reason":"room"}]"#)
      #expect(try ada.peer.call(#"["chat"]"#) == #"[{"ok":false,"reason":"request"}]"#)
    }
  }

  @Test func `only the publisher may remove members and lock the room`() async throws {
    try await ServedRooms.run { rooms in
      let publisher = try join(rooms, #"{"role":"publisher"}"#)
      let (viewer, other) = (try join(rooms, #"{"role":"viewer"}"#), try join(rooms, "{}"))
      #expect(try viewer.peer.call(#"["remove","r","\#(other.id)"]"#) == #"[{"ok":false,"reason":"role"}]"#)
      #expect(try viewer.peer.call(#"["lock","r",true]"#) == #"[{"ok":false,"reason":"role"}]"#)
      #expect(try publisher.peer.call(#"["lock","r",true]"#) == #"[{"ok":true}]"#)
      #expect(try event(viewer.peer, "locked") == ["locked", "r", true])
      let late = try WebSocketPeer.connected(port: rooms.port)
      late.send(#"42["join","r",{"role":"viewer"}]"#)
      #expect(try event(late, "full")[3] == ["reason": "locked"])
      #expect(try publisher.peer.call(#"["remove","r","\#(other.id)"]"#) == #"[{"ok":true}]"#)
      #expect(try event(other.peer, "removed") == ["removed", "r", .string(other.id)])
      #expect(try event(viewer.peer, "bye") == ["bye", "r", .string(other.id)])
      other.peer.send(#"42["message","r","still here"]"#)
      publisher.peer.send(#"42["message","r","the next"]"#)
      #expect(try event(viewer.peer, "message") == ["message", "r", "the next"])
      #expect(try rooms.metric("members") == 2)
    }
  }

  @Test func `the place of a presenter whose connection was lost is reserved for its session`() async throws {
    try await ServedRooms.run { rooms in
      let presenter = try join(rooms, #"{"role":"publisher","session":"s"}"#)
      let viewer = try join(rooms, #"{"role":"viewer"}"#)
      presenter.peer.connection.close()
      #expect(try event(viewer.peer, "bye") == ["bye", "r", .string(presenter.id)])
      let thief = try WebSocketPeer.connected(port: rooms.port)
      thief.send(#"42["join","r",{"role":"publisher","session":"t"}]"#)
      #expect(try event(thief, "full")[3] == ["reason": "publisher"])
      let again = try join(rooms, #"{"role":"publisher","session":"s"}"#)
      #expect(try event(viewer.peer, "otherjoin")[2] == .string(again.id))
    }
  }

  @Test func `a full room refuses the next member until one leaves`() async throws {
    try await ServedRooms.run(.with { $0.rooms.capacity = 101 }) { rooms in
      var members = try (0..<101).map { _ in try rooms.member("r") }
      let next = try WebSocketPeer.connected(port: rooms.port)
      next.send(#"42["join","r"]"#)
      #expect(try event(next, "full").array?.count == 3)
      members.removeLast().connection.close()
      try members[0].expect { $0.hasPrefix("42[\"bye\"") }
      next.send(#"42["join","r"]"#)
      _ = try event(next, "joined")
    }
  }

  @Test func `acknowledgements fail after a timeout, a disconnection and a shutdown, and no call hangs`() async throws {
    let server = SocketIOServer(SocketIOServerConfiguration())
    let (sockets, continuation) = AsyncStream.makeStream(of: SocketIOSocket.self)
    server.onConnection { continuation.yield($0) }
    let port = try await server.start()
    let peer = try WebSocketPeer.connected(port: port)
    var iterator = sockets.makeAsyncIterator()
    let socket = try #require(await iterator.next())
    // The first times out; the second is lost with the connection.
    await #expect(throws: SocketIOAcknowledgementError.timedOut) {
      try await socket.emit("question", acknowledgedWithin: .milliseconds(50))
    }
    let lost = Task { try await socket.emit("question", acknowledgedWithin: .seconds(60)) }
    try peer.expect { $0.contains("question") }
    try peer.expect { $0.contains("question") }
    peer.connection.close()
    await #expect(throws: SocketIOAcknowledgementError.disconnected) { try await lost.value }
    await server.shutdown()
    await server.shutdown()
    server.emit("nobody", "hears this")
    socket.emit("nobody")
    #expect(await server.sockets() == [])
    #expect(await socket.rooms == [])
    await #expect(throws: SocketIOAcknowledgementError.disconnected) {
      try await socket.emit("question", acknowledgedWithin: .seconds(60))
    }
  }
}
