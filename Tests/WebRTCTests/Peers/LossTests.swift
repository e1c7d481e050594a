import Harness
import Media
import RTP
import Scenes
import Testing
import WebRTC

/// A desktop played in Chromium over a network that loses and delays packets.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: Chromium.isInstalled, "Chromium is not installed"))
struct LossTests {
  /// `RecoveryTests` measure in virtual time how long a picture may freeze.
  @Test func `at 5 % loss and jitter a browser joins, and gets retransmissions rather than key frames`() async throws {
    let desktop = try await SharedDesktop(.fullMotion, width: 1280, height: 720)
    let browser = try await Chromium(arguments: BrowserPeer.arguments)
    let viewer = try await BrowserPeer(browser.page)
    let network = LossyNetwork(loss: 0.05, delay: 0.020, jitter: 0.015, seed: 4)
    let relay = try UDPRelay { direction, _ in network.nextPacket(direction) }
    let connection = try await RTCPeerConnection(.loopback)
    try await connection.addTrack(desktop.track, desktop.stream)
    let offer = try await connection.completeOffer()
    let answer = try await viewer.answer(offer.through(port: relay.portForSecond))
    let port: UInt16 = try #require(offer.candidatePort)
    // The relay learns the browser's address from its first packet.
    relay.connect(first: port)
    try await connection.setRemoteDescription(answer.through(port: relay.portForFirst))
    try await viewer.firstPicture(within: .seconds(30))

    let before = try await viewer.inbound
    var after = before
    func rise(_ name: String) -> Int { (after[name].int ?? 0) - (before[name].int ?? 0) }
    try await eventually("pictures and retransmissions", within: 60) {
      after = try await viewer.inbound
      return rise("framesDecoded") > 100 && rise("retransmittedPacketsReceived") > 5
    }
    #expect(network.lost > 0)
    #expect(rise("nackCount") > 0)
    #expect(rise("keyFramesDecoded") * 10 <= rise("framesDecoded"))
    let sent = try #require(await connection.getStats().all(RTCOutboundRtpStreamStats.self).first)
    #expect(Int(sent.retransmittedPacketsSent) >= rise("retransmittedPacketsReceived"))
    #expect(sent.nackCount > 0)

    relay.setPolicy { _, _ in [0.020] }
    try await viewer.shows(desktop, asOf: .now)
    relay.stop()
    await connection.close()
    try await browser.close()
    try await desktop.stop()
  }
}
