import Harness
import Media
import RTP
import RoomProtocol
import Rooms
import Sharing
import Testing
import WebRTC

/// ICE servers that the room sends to the share.
@Suite(.timeLimit(.minutes(1)))
struct ICEServerTests {
  @Test func `the first eight of the room's ICE servers are used besides the share's own`() async throws {
    // None of them answers, so the share warns of each that it uses.
    @Sendable func url(_ number: Int) -> String { "stun:127.0.0.1:\(number)" }
    let server = SocketIOServer(SocketIOServerConfiguration())
    let isGathered = Watched(false)
    server.on("join") { event in
      let servers = (1...12).map { JSONValue.object(["urls": .string(url($0))]) }
      let information: JSONObject = ["iceServers": .array([.string("no server"), ["urls": []]] + servers)]
      for emitted in [
        RoomEvent.joined(room: "demo", id: "share", info: information),
        .otherjoin(room: "demo", RoomMember(id: "viewer", role: .viewer, name: nil)),
      ] { event.socket.emit(emitted.event, emitted.arguments) }
    }
    server.on("message") { event in
      let content = event.arguments.count > 1 ? RoomSignal(event.arguments[1]).content : .other(nil)
      if case .candidate(let candidate) = content, candidate.candidate.isEmpty { isGathered.update { $0 = true } }
    }
    let port = try await server.start()
    let stream = Canvas(width: 64, height: 64).captureStream()
    var configuration = RTCConfiguration.loopback
    configuration.iceServers = [RTCIceServer(urls: [url(100)])]
    let share = await ScreenShare(
      stream, in: RoomClient(.quick(port: port), room: "demo", RoomJoin(role: .publisher)), configuration: configuration
    )
    let events = share.events
    let warnings = Watched(Set<String>())
    let task = Task {
      for await event in events {
        if case .warning("iceServer", let message) = event { warnings.update { _ = $0.insert(message) } }
      }
    }
    try await share.start()
    _ = try await isGathered.first("the end of gathering", within: .seconds(30)) { $0 ? true : nil }
    // Two of the first eight entries have no URL.
    let used = ([100] + (1...6)).map(url)
    let messages = try await warnings.first("the warnings", within: .seconds(30)) { $0.count >= used.count ? $0 : nil }
    #expect(
      messages.count == used.count && used.allSatisfy { url in messages.contains { $0.hasPrefix("\(url): ") } },
      "\(messages)")
    task.cancel()
    await share.stop()
    await server.shutdown(within: .milliseconds(100))
    stream.getTracks()[0].stop()
  }

  @Test func `a viewer who joins when the ICE servers are stale gets its offer after fresh ones arrive`() async throws {
    let server = SocketIOServer(SocketIOServerConfiguration())
    let isAsked = Watched(false)
    let mayAnswer = Watched(false)
    let signals = Watched([RoomSignal]())
    func servers(_ port: Int) -> JSONObject { ["iceServers": [["urls": .string("stun:127.0.0.1:\(port)")]], "ttl": 4] }
    let (first, fresh) = (servers(1), servers(2))
    let joined = Watched<SocketIOSocket?>(nil)
    server.on("join") { event in
      let emitted = RoomEvent.joined(room: "demo", id: "share", info: first)
      event.socket.emit(emitted.event, emitted.arguments)
      joined.update { $0 = event.socket }
    }
    server.on("iceServers") { event async in
      isAsked.update { $0 = true }
      _ = try? await mayAnswer.first("leave", within: .seconds(20)) { $0 ? true : nil }
      var answer = fresh
      answer["ok"] = true
      return [.object(answer)]
    }
    server.on("message") { event in
      if event.arguments.count > 1 { signals.update { $0.append(RoomSignal(event.arguments[1])) } }
    }
    let port = try await server.start()
    let stream = Canvas(width: 64, height: 64).captureStream()
    let share = await ScreenShare(
      stream, in: RoomClient(.quick(port: port), room: "demo", RoomJoin(role: .publisher)), configuration: .loopback)
    let events = share.events
    let warnings = Watched([String]())
    let task = Task {
      for await event in events {
        if case .warning("iceServer", let message) = event { warnings.update { $0.append(message) } }
      }
    }
    try await share.start()
    _ = try await isAsked.first("the question", within: .seconds(20)) { $0 ? true : nil }
    let socket = try #require(joined.current)
    let other = RoomEvent.otherjoin(room: "demo", RoomMember(id: "viewer", role: .viewer, name: nil))
    socket.emit(other.event, other.arguments)
    try await eventually("the viewer") { await share.viewerStatistics.count == 1 }
    #expect(signals.current.isEmpty)
    mayAnswer.update { $0 = true }
    _ = try await signals.first("the offer", within: .seconds(20)) { signals in
      signals.contains { if case .offer = $0.content { true } else { false } } ? true : nil
    }
    let messages = try await warnings.first("the warning", within: .seconds(20)) { $0.isEmpty ? nil : $0 }
    #expect(messages.count == 1 && messages[0].hasPrefix("stun:127.0.0.1:2: "), "\(messages)")
    task.cancel()
    await share.stop()
    await server.shutdown(within: .milliseconds(100))
    stream.getTracks()[0].stop()
  }
}
