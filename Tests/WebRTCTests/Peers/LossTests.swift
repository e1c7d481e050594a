import Harness
import Media
import RTCProtocol
import Scenes
import Testing
import WebRTC

/// A desktop that plays in Chromium by way of a network that loses, delays and reorders packets.
@Suite(.serialized, .timeLimit(.minutes(3)), .enabled(if: Chromium.isInstalled, "Chromium is not installed"))
struct LossTests {
  @Test func `at 2 % loss and jitter what is lost comes again, and the picture never stands for over 500 ms`()
    async throws
  {
    try await expectFreezes(below: 500, loss: 0.02)
  }

  @Test func `at 5 % loss and jitter a viewer joins, and what is lost comes again`() async throws {
    try await expectFreezes(below: 2000, loss: 0.05)
  }

  /// Of up to three tries: a busy machine holds pictures up as well.
  private func expectFreezes(below limit: Double, loss: Double) async throws {
    var freezes: [Double] = []
    while freezes.count < 3, freezes.allSatisfy({ $0 > limit }) { freezes.append(try await longestFreeze(loss: loss)) }
    #expect(freezes.contains { $0 <= limit }, "\(freezes) ms")
  }

  /// Watches for 10 s.
  /// - Returns: milliseconds from one picture to the next, at the most, less what the screen itself stood still.
  private func longestFreeze(loss: Double) async throws -> Double {
    let desktop = try await SharedDesktop(.fullMotion, width: 1280, height: 720)
    let browser = try await Chromium(arguments: BrowserPeer.arguments)
    let viewer = try await BrowserPeer(browser.page)
    let network = LossyNetwork(loss: loss, delay: 0.020, jitter: 0.015, seed: 4)
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
    let steps = try desktop.scene.steps.count
    let gaps = try await viewer.evaluate(
      """
      const times = []
      let isOver = false
      const note = now => { times.push(now); if (!isOver) peer.video.requestVideoFrameCallback(note) }
      peer.video.requestVideoFrameCallback(note)
      await new Promise(resolve => setTimeout(resolve, 10000))
      isOver = true
      times.push(performance.now())
      return times.slice(1).map((time, index) => time - times[index])
      """, within: .seconds(60)
    ).array?.compactMap(\.number)
    let drawn = try desktop.scene.steps.dropFirst(max(0, steps - 1)).map { Double($0.milliseconds) }
    let after = try await viewer.inbound
    func rise(_ name: String) -> Int { (after[name].int ?? 0) - (before[name].int ?? 0) }
    #expect(network.lost > 0)
    #expect(rise("nackCount") > 0)
    #expect(rise("retransmittedPacketsReceived") > 0)
    let sent = try #require(await connection.getStats().all(RTCOutboundRtpStreamStats.self).first)
    #expect(Int(sent.retransmittedPacketsSent) >= rise("retransmittedPacketsReceived"))
    #expect(sent.nackCount > 0)
    // Pictures go on, and not by key frames.
    #expect(rise("framesDecoded") > 100)
    #expect(rise("keyFramesDecoded") <= 5)

    relay.setPolicy { _, _ in [0.020] }
    try await viewer.shows(desktop, asOf: .now)
    relay.stop()
    await connection.close()
    try await browser.close()
    try await desktop.stop()
    let still = zip(drawn, drawn.dropFirst()).map { $1 - $0 }.max() ?? 0
    return (gaps?.max() ?? .infinity) - max(0, still - 1000 / 30)
  }
}
