import Harness
import RoomProtocol
import Rooms
import Testing

/// Namespaces of a Socket.IO server, and the data that clients send on connecting.
@Suite(.timeLimit(.minutes(1))) struct NamespaceTests {
  /// A server with the namespace `/chat`, whose clients need a token, and an event of one name in both.
  private static func run(_ body: (SocketIOServer, Int) async throws -> Void) async throws {
    let server = SocketIOServer(SocketIOServerConfiguration())
    let chat = server.of("chat")
    chat.onConnection { socket in
      guard socket.auth?["token"] == "secret" || socket.query == "token=secret" else { return socket.disconnect() }
      socket.join("lobby")
    }
    chat.on("where") { $0.acknowledge(.string($0.socket.namespace)) }
    chat.on("say") { event in event.socket.to("lobby").emit("said", event.arguments) }
    server.on("where") { $0.acknowledge(.string($0.socket.namespace)) }
    server.onConnection { $0.join("lobby") }
    let port = try await server.start()
    do {
      try await body(server, port)
    } catch {
      await server.shutdown(within: .milliseconds(100))
      throw error
    }
    await server.shutdown(within: .milliseconds(100))
  }

  private static func client(_ port: Int, auth: JSONValue? = ["token": "secret"]) -> SocketIOClientConfiguration {
    var configuration = SocketIOClientConfiguration(url: "http://127.0.0.1:\(port)")
    configuration.namespace = "/chat"
    configuration.auth = auth
    configuration.reconnection = nil
    return configuration
  }

  @Test func `each namespace has its own clients, rooms and events, over one connection`() async throws {
    try await Self.run { server, port in
      let peer = try WebSocketPeer.connected(port: port)
      peer.send(#"40/chat,{"token":"secret"}"#)
      try peer.expect { $0.hasPrefix("40/chat,{") }
      let other = try WebSocketPeer.connected(port: port)
      other.send(#"40/chat,{"token":"secret"}"#)
      try other.expect { $0.hasPrefix("40/chat,{") }
      peer.send(#"421["where"]"#)
      try peer.expect { $0 == #"431["/"]"# }
      peer.send(#"42/chat,2["where"]"#)
      try peer.expect { $0 == #"43/chat,2["/chat"]"# }
      peer.send(#"42/chat,["say","hello"]"#)
      try other.expect { $0 == #"42/chat,["said","hello"]"# }
      server.to("lobby").emit("main")
      server.of("/chat").to("lobby").emit("side")
      #expect(try other.text() == #"42["main"]"#)
      #expect(try other.text() == #"42/chat,["side"]"#)
      #expect(await server.sockets().count == 2)
      #expect(await server.of("/chat").sockets(in: "lobby").count == 2)
      // Leaving one namespace does not affect the other.
      peer.send("41/chat,")
      peer.send(#"423["where"]"#)
      try peer.expect { $0 == #"433["/"]"# }
      #expect(await server.of("/chat").sockets().count == 1)
      peer.send("40/nowhere,")
      try peer.expect { $0 == #"44/nowhere,{"message":"Invalid namespace"}"# }
    }
  }

  @Test(arguments: [EngineIOVersion.v4, .v3])
  func `a connection handler gets the client's auth or query`(version: EngineIOVersion) async throws {
    try await Self.run { server, port in
      if version == .v4 {
        let client = SocketIOClient(Self.client(port))
        try await client.connect()
        #expect(await server.of("/chat").sockets().first?.auth == ["token": "secret"])
        await client.disconnect()
        let peer = try WebSocketPeer.connected(port: port)
        peer.send(#"40/chat,{"token":"guess"}"#)
        try peer.expect { $0 == "41/chat," }
        // The main namespace goes on.
        peer.send(#"421["where"]"#)
        try peer.expect { $0 == #"431["/"]"# }
      } else {
        let peer = try WebSocketPeer(port: port, query: "EIO=3&transport=websocket")
        try peer.expect { $0 == "40" }
        peer.send("40/chat?token=secret,")
        try peer.expect { $0.hasPrefix("40/chat") }
        #expect(await server.of("/chat").sockets().first?.query == "token=secret")
      }
    }
  }
}
