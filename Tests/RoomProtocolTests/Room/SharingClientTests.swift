import RoomProtocol
import Testing

@Suite struct SharingClientTests {
  private static let viewer = RoomMember(id: "v", role: .viewer, name: nil)
  private static let other = RoomMember(id: "w", role: .viewer, name: nil)
  private static let page = RoomMember(id: "o", role: .member, name: nil)
  private static let offer = RoomSignal(.offer(sdp: "x"), from: "v")
  private static let answer = RoomSignal(.answer(sdp: "x"), from: "v")

  private static func asText(_ signal: RoomSignal) -> JSONValue {
    .string(String(decoding: signal.value.text, as: UTF8.self))
  }

  /// A client in a state. In `init` it is connected to the server and has asked to join; in the states with a peer the peer
  /// is `v`, and `o` is in the room without a connection.
  private static func client(_ state: SharingState) -> SharingClient {
    let events: [SharingEvent] =
      switch state {
      case .`init`: []
      case .joined: [.received(.joined(room: "r", id: "me", info: nil)), .received(.members(room: "r", [page]))]
      case .joinedConn:
        [.received(.joined(room: "r", id: "me", info: nil)), .received(.members(room: "r", [viewer, page]))]
      case .joinedUnbind:
        [
          .received(.joined(room: "r", id: "me", info: nil)), .received(.members(room: "r", [viewer, page])),
          .received(.bye(room: "r", id: "v")),
        ]
      case .leaved: [.leave]
      }
    var client = SharingClient(room: "r")
    for event in [.connected, .join] + events { _ = client.handle(event) }
    return client
  }

  private static let events: [(name: String, event: SharingEvent)] = [
    ("join", .join), ("leave", .leave), ("connected", .connected),
    ("lost", .disconnected(willReconnect: true)), ("gone", .disconnected(willReconnect: false)),
    ("joined", .received(.joined(room: "r", id: "me", info: nil))),
    ("members", .received(.members(room: "r", [viewer, page]))),
    ("otherjoin", .received(.otherjoin(room: "r", other))),
    ("otherjoin again", .received(.otherjoin(room: "r", viewer))),
    ("full", .received(.full(room: "r", id: "me", nil))), ("leaved", .received(.leaved(room: "r", id: "me"))),
    ("bye v", .received(.bye(room: "r", id: "v"))), ("bye x", .received(.bye(room: "r", id: "x"))),
    ("offer of v", .received(.message(room: "r", data: offer.value))),
    ("answer of v", .received(.message(room: "r", data: answer.value))),
    ("offer of o", .received(.message(room: "r", data: RoomSignal(.offer(sdp: "x"), from: "o").value))),
    ("restart of o", .received(.message(room: "r", data: RoomSignal(.restart, from: "o").value))),
    ("offer of nobody", .received(.message(room: "r", data: RoomSignal(.offer(sdp: "x")).value))),
    ("offer in a text", .received(.message(room: "r", data: asText(offer)))),
    ("v ended", .connectionEnded(peer: "v")), ("x ended", .connectionEnded(peer: "x")),
    ("retry", .retry), ("chat", .received(.chat(room: "r", RoomChat(id: "v", name: nil, text: "", time: 0)))),
    ("locked", .received(.locked(room: "r", true))), ("removed", .received(.removed(room: "r", id: "me"))),
    ("other room", .received(.full(room: "q", id: "me", nil))),
  ]

  /// For each event, what happens in `init`, `joined`, `joined_conn`, `joined_unbind` and `leaved`: the new state, if it
  /// changes, and the actions.
  private static let table: [String: [String]] = [
    "join": ["", "", "", "", "init: send join"],
    "leave": ["leaved: send leave", "leaved: send leave", "leaved: close v, send leave", "leaved: send leave", ""],
    "connected": ["", "", "", "", ""],
    "lost": ["", "init:", "init:", "init:", ""],
    "gone": ["leaved:", "leaved:", "leaved: close v", "leaved:", ""],
    "joined": ["joined: in as me", "", "", "", ""],
    "members": ["", "joined_conn: offer v", ": close v, offer v", "joined_conn: offer v", ""],
    "otherjoin": ["", "joined_conn: offer w", ": offer w", "joined_conn: offer w", ""],
    "otherjoin again": ["", "joined_conn: offer v", ": close v, offer v", "joined_conn: offer v", ""],
    "full": ["leaved: full", "leaved: full", "leaved: close v, full", "leaved: full", ""],
    "leaved": ["leaved:", "leaved:", "leaved: close v", "leaved:", ""],
    "bye v": ["", "", "joined_unbind: close v", "", ""],
    "bye x": ["", "", "", "", ""],
    "offer of v": ["", "", ": signal v", "", ""],
    "answer of v": ["", "", ": signal v", "", ""],
    "offer of o": ["", "joined_conn: await o, signal o", ": await o, signal o", "joined_conn: await o, signal o", ""],
    "restart of o": ["", "joined_conn: offer o", ": offer o", "joined_conn: offer o", ""],
    // A server that sets `from` sets it in every message, and never in a string.
    "offer of nobody": ["", "", "", "", ""],
    "offer in a text": ["", "", "", "", ""],
    "v ended": ["", "", "joined_unbind:", "", ""],
    "x ended": ["", "", "", "", ""],
    "retry": ["", "", "", "", ""],
    "chat": ["", "", "", "", ""],
    "locked": ["", "", "", "", ""],
    // `leaved` follows.
    "removed": ["", "", "", "", ""],
    "other room": ["", "", "", "", ""],
  ]

  private static func written(_ actions: [SharingAction]) -> String {
    actions.map { action in
      switch action {
      case .send(let request): "send \(request.event)"
      case .connect(let member, let makesOffer): "\(makesOffer ? "offer" : "await") \(member.id)"
      case .signal(_, let peer): "signal \(peer)"
      case .disconnect(let peer): "close \(peer)"
      case .entered(let id, _): "in as \(id)"
      case .retry(let delay): "retry after \(delay.components.seconds)"
      case .refused(let reason): "\(reason)"
      }
    }.joined(separator: ", ")
  }

  @Test(arguments: events.map(\.name), SharingState.allCases)
  func `every event in every state leads to the table's state and actions`(name: String, state: SharingState) throws {
    var client = Self.client(state)
    #expect(client.state == state)
    let event = try #require(Self.events.first { $0.name == name }).event
    let written = Self.written(client.handle(event))
    let outcome = try #require(Self.table[name])[SharingState.allCases.firstIndex(of: state)!]
    let parts = outcome.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
    #expect(client.state.rawValue == (parts[0].isEmpty ? state.rawValue : String(parts[0])))
    #expect(written == (parts.count > 1 ? parts[1].trimmingPrefix(" ") : ""))
  }

  @Test func `each peer has a connection of its own`() {
    var client = Self.client(.joinedConn)
    #expect(Self.written(client.handle(.received(.otherjoin(room: "r", Self.other)))) == "offer w")
    #expect(Self.written(client.handle(.received(.bye(room: "r", id: "v")))) == "close v")
    #expect(client.state == .joinedConn && client.peers.keys.sorted() == ["w"])
    #expect(Self.written(client.handle(.connectionEnded(peer: "w"))) == "")
    #expect(client.state == .joinedUnbind)
    // It is still in the room: its `restart` is answered with a new offer.
    let restart = RoomSignal(.restart, from: "w").value
    #expect(Self.written(client.handle(.received(.message(room: "r", data: restart)))) == "offer w")
  }

  @Test func `connections outlive a lost room server until their peer joins again or the client leaves`() {
    var client = Self.client(.joinedConn)
    _ = client.handle(.received(.otherjoin(room: "r", Self.other)))
    #expect(Self.written(client.handle(.disconnected(willReconnect: true))) == "")
    #expect(client.state == .`init`)
    #expect(Self.written(client.handle(.connected)) == "send join")
    #expect(Self.written(client.handle(.received(.joined(room: "r", id: "new", info: nil)))) == "in as new")
    #expect(client.state == .joined)
    #expect(Self.written(client.handle(.received(.members(room: "r", [Self.viewer])))) == "close v, offer v")
    #expect(Self.written(client.handle(.leave)) == "close v, close w, send leave")
  }

  @Test(arguments: [RoomRefusal.publisher, .full, .locked])
  func `a returning publisher that is refused retries after 1 to 30 s`(reason: RoomRefusal) {
    var client = Self.client(.joinedConn)
    _ = client.handle(.disconnected(willReconnect: true))
    #expect(Self.written(client.handle(.connected)) == "send join")
    let refusal = SharingEvent.received(.full(room: "r", id: "me", reason == .full ? nil : reason))
    for seconds in [1, 2, 4, 8, 16, 30, 30] {
      #expect(Self.written(client.handle(refusal)) == "retry after \(seconds)")
      #expect(client.state == .`init`)
      #expect(Self.written(client.handle(.retry)) == "send join")
      #expect(Self.written(client.handle(.retry)) == "")
    }
    // The server is lost meanwhile: the client asks when it is connected again, not before.
    _ = client.handle(refusal)
    _ = client.handle(.disconnected(willReconnect: true))
    #expect(Self.written(client.handle(.retry)) == "")
    #expect(Self.written(client.handle(.connected)) == "send join")
    #expect(Self.written(client.handle(.retry)) == "")
    #expect(Self.written(client.handle(.received(.joined(room: "r", id: "new", info: nil)))) == "in as new")
    // The connection from before continued.
    #expect(Self.written(client.handle(.leave)) == "close v, send leave")
  }

  @Test func `other refusals, and any refusal of a viewer, are final`() {
    for reason in RoomRefusal.allCases where ![.publisher, .full, .locked].contains(reason) {
      var client = Self.client(.joinedConn)
      _ = client.handle(.disconnected(willReconnect: true))
      _ = client.handle(.connected)
      #expect(Self.written(client.handle(.received(.full(room: "r", id: "me", reason)))) == "close v, \(reason)")
    }
    var viewer = SharingClient(room: "r", join: RoomJoin(role: .viewer))
    for event in [
      .connected, .join, .received(.joined(room: "r", id: "me", info: nil)), .disconnected(willReconnect: true),
      .connected,
    ] as [SharingEvent] { _ = viewer.handle(event) }
    #expect(Self.written(viewer.handle(.received(.full(room: "r", id: "me", .locked)))) == "locked")
  }

  @Test func `join is sent when the server is connected, and again when it is reconnected`() {
    var client = SharingClient(room: "r")
    #expect(Self.written(client.handle(.join)) == "")
    #expect(Self.written(client.handle(.join)) == "")
    #expect(Self.written(client.handle(.connected)) == "send join")
    #expect(Self.written(client.handle(.disconnected(willReconnect: true))) == "")
    #expect(Self.written(client.handle(.connected)) == "send join")
    _ = client.handle(.received(.full(room: "r", id: "me", nil)))
    #expect(Self.written(client.handle(.join)) == "send join")
    #expect(client.state == .`init`)
  }

  /// A client in a room whose server sends no `members` and sets no `from`.
  private static func clientOfReferenceServer() -> SharingClient {
    var client = SharingClient(room: "r")
    for event in [.connected, .join, .received(.joined(room: "r", id: "me", info: nil))] as [SharingEvent] {
      _ = client.handle(event)
    }
    return client
  }

  @Test func `a from that the reference server did not set is ignored`() {
    var client = Self.clientOfReferenceServer()
    _ = client.handle(.received(.otherjoin(room: "r", Self.page)))
    for answer in [Self.answer.value, Self.asText(Self.answer)] {
      let actions = client.handle(.received(.message(room: "r", data: answer)))
      guard case .signal(let signal, peer: "o")? = actions.first else {
        Issue.record("not from the only peer")
        return
      }
      #expect(signal.from == nil && signal.content == .answer(sdp: "x"))
    }
  }

  @Test func `a bye with any id closes the connection of an unnamed peer`() {
    var client = Self.clientOfReferenceServer()
    _ = client.handle(.received(.message(room: "r", data: RoomSignal(.offer(sdp: "x")).value)))
    let candidate = RoomSignal(.candidate(RoomCandidate(label: 0, id: nil, candidate: "c"))).value
    #expect(Self.written(client.handle(.received(.message(room: "r", data: candidate)))) == "signal ")
    #expect(Self.written(client.handle(.received(.bye(room: "r", id: "socket")))) == "close ")
  }

  @Test func `if messages name no sender, a new member replaces the former peer`() {
    var client = Self.clientOfReferenceServer()
    for member in [Self.viewer, Self.other] {
      let former = client.peers.isEmpty ? "" : "close v, "
      #expect(Self.written(client.handle(.received(.otherjoin(room: "r", member)))) == "\(former)offer \(member.id)")
    }
    let answer = RoomSignal(.answer(sdp: "x")).value
    #expect(Self.written(client.handle(.received(.message(room: "r", data: answer)))) == "signal w")
    // Its former connection has ended by itself.
    #expect(Self.written(client.handle(.connectionEnded(peer: "w"))) == "")
    #expect(Self.written(client.handle(.received(.otherjoin(room: "r", Self.viewer)))) == "offer v")
  }

  @Test func `a publisher does not connect to another publisher`() {
    var client = Self.client(.joined)
    let publisher = RoomMember(id: "p", role: .publisher, name: nil)
    #expect(Self.written(client.handle(.received(.otherjoin(room: "r", publisher)))) == "")
    #expect(client.state == .joined)
  }

  @Test func `a viewer accepts offers of publishers only, and makes none`() {
    var client = SharingClient(room: "r", join: RoomJoin(role: .viewer))
    let publisher = RoomMember(id: "p", role: .publisher, name: nil)
    for event in [.connected, .join, .received(.joined(room: "r", id: "me", info: nil))] as [SharingEvent] {
      _ = client.handle(event)
    }
    #expect(Self.written(client.handle(.received(.members(room: "r", [publisher, Self.viewer])))) == "")
    #expect(Self.written(client.handle(.received(.otherjoin(room: "r", Self.other)))) == "")
    #expect(Self.written(client.handle(.received(.message(room: "r", data: Self.offer.value)))) == "")
    let offer = RoomSignal(.offer(sdp: "x"), from: "p").value
    #expect(Self.written(client.handle(.received(.message(room: "r", data: offer)))) == "await p, signal p")
    #expect(client.state == .joinedConn)
    #expect(Self.written(client.handle(.received(.bye(room: "r", id: "p")))) == "close p")
    #expect(client.state == .joinedUnbind)
  }
}
