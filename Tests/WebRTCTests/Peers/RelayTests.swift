import SDP
import Harness
import Media
import RTP
import Scenes
import Testing
import WebRTC

/// A desktop played in Chromium through a TURN server only.
@Suite(.serialized, .timeLimit(.minutes(3)))
struct RelayTests {
  @Test(.enabled(if: Chromium.isInstalled, "Chromium is not installed"), arguments: ["udp", "tcp"])
  func `with the relay policy and time-limited credentials the picture arrives through the TURN server`(
    transport: String
  ) async throws {
    let server = try await TURNServer(users: .sharedSecret("bay"))
    let (username, password) = try await TURNServer.credentials(secret: "bay", name: "oriel", validFor: 600)
    let desktop = try await SharedDesktop(.testCard, width: 640, height: 360)
    let browser = try await Chromium(arguments: BrowserPeer.arguments)
    let viewer = try await BrowserPeer(browser.page)
    let connection = try await RTCPeerConnection(relayed(server, transport, username, password))
    try await connection.addTrack(desktop.track, desktop.stream)
    let offer = try await connection.completeOffer()
    #expect(!offer.candidates.isEmpty)
    #expect(offer.candidates.allSatisfy { $0.kind == .relayed })
    let answer = try await viewer.answer(offer)
    // The server needs a permission for the viewer's address, but the viewer's `.local` name cannot be resolved here.
    let port: UInt16 = try #require(answer.candidatePort)
    try await connection.setRemoteDescription(answer.through(port: port))
    try await viewer.firstPicture(within: .seconds(30))
    try await viewer.shows(desktop, asOf: .now)
    await connection.close()
    try await browser.close()
    try await desktop.stop()
    try await server.stop()
  }

  @Test(arguments: ["udp", "tcp"])
  func `wrong credentials cause an icecandidateerror with 401`(transport: String) async throws {
    let server = try await TURNServer(users: .sharedSecret("bay"))
    let (username, password) = try await TURNServer.credentials(secret: "door", name: "oriel", validFor: 600)
    let connection = try await RTCPeerConnection(relayed(server, transport, username, password))
    let events = connection.events
    try await connection.addTransceiver(.video)
    #expect(try await connection.completeOffer().candidates.isEmpty)
    await connection.close()
    var errors: [RTCIceCandidateError] = []
    for await event in events {
      if case .icecandidateerror(let error) = event { errors.append(error) }
    }
    #expect(errors.map(\.errorCode) == [401])
    #expect(errors.map(\.url) == ["turn:127.0.0.1:\(server.port)?transport=\(transport)"])
    #expect(errors.allSatisfy { !$0.errorText.isEmpty })
    try await server.stop()
  }

  private func relayed(
    _ server: TURNServer, _ transport: String, _ username: String, _ credential: String
  ) -> RTCConfiguration {
    var configuration = RTCConfiguration.loopback
    configuration.iceTransportPolicy = .relay
    configuration.iceServers = [
      RTCIceServer(
        urls: ["turn:127.0.0.1:\(server.port)?transport=\(transport)"], username: username, credential: credential)
    ]
    return configuration
  }
}
