import Harness
import Media
import RTP
import RoomProtocol
import Testing
import WebRTC

@Suite(
  .enabled("coturn is not installed") { Executables.installed("turnserver") != nil }, .timeLimit(.minutes(1)))
@NetworkThreadActor struct RelayQuotaTests {
  @Test func `50 restart requests a second from one viewer do not use up the TURN server's quota`()
    async throws
  {
    let server = try await TURNServer(users: .longTerm(username: "oriel", password: "bay"), quota: 8)
    var configuration = RTCConfiguration.loopback
    configuration.iceTransportPolicy = .relay
    configuration.iceServers = [
      RTCIceServer(urls: ["turn:127.0.0.1:\(server.port)"], username: "oriel", credential: "bay")
    ]
    let shared = try await SharedCanvas(configuration: configuration)
    shared.paint()
    let greedy = try await TestViewer(port: shared.port, name: "Greedy")
    try await greedy.frames.sees("a frame") { !$0.isEmpty }
    for _ in 0..<350 {
      greedy.send(.restart)
      try await Task.sleep(for: .milliseconds(20))
    }
    // The first offer, a restart at once, and one five seconds later.
    #expect((2...4).contains(greedy.seen.current.offers), "\(greedy.seen.current.offers)")
    let other = try await TestViewer(port: shared.port, name: "Other")
    try await other.frames.sees("a frame") { !$0.isEmpty }
    #expect(other.seen.current.states.contains(.connected))
    await greedy.leave()
    await other.leave()
    await shared.stop()
    try await server.stop()
  }

  @Test func `a TURN server's refusal is a notice to the viewer who waits for the picture`() async throws {
    let server = try await TURNServer(users: .longTerm(username: "oriel", password: "bay"))
    var configuration = RTCConfiguration.loopback
    configuration.iceTransportPolicy = .relay
    configuration.iceServers = [
      RTCIceServer(urls: ["turn:127.0.0.1:\(server.port)"], username: "oriel", credential: "wrong")
    ]
    let shared = try await SharedCanvas(configuration: configuration)
    shared.paint()
    let viewer = try await TestViewer(port: shared.port)
    try await viewer.sees("the notice") { seen in seen.notices.contains { $0.code == "relay" && !$0.text.isEmpty } }
    await viewer.leave()
    await shared.stop()
    try await server.stop()
  }
}
