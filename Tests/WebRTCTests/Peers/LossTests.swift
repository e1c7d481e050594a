import Harness
import Media
import RTP
import Scenes
import Testing
import WebRTC

/// A desktop that plays in Chromium by way of a network that loses, delays and reorders packets.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: Chromium.isInstalled, "Chromium is not installed"))
struct LossTests {
  /// How long a picture may stand is judged in virtual time, by `RecoveryTests`.
  @Test func `at 5 % loss and jitter a browser joins, and what is lost comes again in place of key frames`()
    async throws
  {
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
    // Where the browser is shows when it sends.
    relay.connect(first: port)
    try await connection.setRemoteDescription(answer.through(port: relay.portForFirst))
    try await viewer.firstPicture(within: .seconds(30))

    let before = try await viewer.inbound
    var after = before
    func rise(_ name: String) -> Int { (after[name].int ?? 0) - (before[name].int ?? 0) }
    try await eventually("pictures, and packets that came again", within: 60) {
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
