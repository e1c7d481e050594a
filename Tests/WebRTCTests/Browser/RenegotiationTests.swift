import Harness
import Media
import JSEP
import Scenes
import Testing
import WebRTC

extension BrowserTests {
  @Suite(.timeLimit(.minutes(3))) struct RenegotiationTests {
    private let small = PixelSize(width: 640, height: 480)

    /// Connects a browser's page to the desktop and waits for its first picture.
    private func connect(
      _ desktop: SharedDesktop, _ browser: Chromium
    ) async throws -> (RTCPeerConnection, BrowserPeer, RTCRtpSender) {
      let peer = try await BrowserPeer(browser.page)
      let connection = try await RTCPeerConnection(.loopback)
      let sender = try await connection.addTrack(desktop.track, desktop.stream)
      try await exchange(connection, peer)
      try await peer.firstPicture()
      return (connection, peer, sender)
    }

    private func exchange(
      _ connection: RTCPeerConnection, _ peer: BrowserPeer, _ options: RTCOfferOptions = .init()
    ) async throws {
      try await connection.setRemoteDescription(try await peer.answer(try await connection.completeOffer(options)))
    }

    /// The number of decoded frames by mid.
    private func decoded(_ peer: BrowserPeer) async throws -> [String: Double] {
      let reports = try await peer.evaluate(
        "return [...(await peer.pc.getStats()).values()].filter(r => r.type == 'inbound-rtp' && r.kind == 'video')")
      return Dictionary(
        (reports.array ?? []).map { ($0["mid"].string ?? "", $0["framesDecoded"].number ?? 0) }, uniquingKeysWith: max)
    }

    @Test func `adding and removing a track leaves the other one playing`() async throws {
      let (one, two) = (
        try await SharedDesktop(.testCard, width: 640, height: 480),
        try await SharedDesktop(.busy, width: 640, height: 480)
      )
      let browser = try await Chromium(arguments: BrowserPeer.arguments)
      let (connection, peer, _) = try await connect(one, browser)
      let added = try await connection.addTrack(two.track, two.stream)
      try await exchange(connection, peer)
      try await eventually("the second track") { (try await decoded(peer)["1"] ?? 0) > 10 }
      #expect(
        try await peer.evaluate("return peer.tracks.map(t => t.id)") == [.string(one.track.id), .string(two.track.id)])
      try await connection.removeTrack(added)
      try await exchange(connection, peer)
      #expect(
        try await peer.evaluate("return peer.pc.getTransceivers().map(t => t.currentDirection)") == [
          "recvonly", "inactive",
        ])
      let before = try await decoded(peer)["0"] ?? 0
      try await eventually("more of the first") { (try await decoded(peer)["0"] ?? 0) > before + 30 }
      await connection.close()
      try await browser.close()
      try await one.stop()
      try await two.stop()
    }

    @Test func `replaceTrack shows the other desktop without negotiation`() async throws {
      let (one, two) = (
        try await SharedDesktop(.testCard, width: 640, height: 480),
        try await SharedDesktop(.testCard, width: 800, height: 600)
      )
      let browser = try await Chromium(arguments: BrowserPeer.arguments)
      let (connection, peer, sender) = try await connect(one, browser)
      try await sender.replaceTrack(two.track)
      try await eventually("the other size") {
        try await peer.evaluate("return [peer.video.videoWidth, peer.video.videoHeight]") == [800, 600]
      }
      try await eventually("the other barcode") { try await peer.barcode(of: .testCard, screen: two.screen) != nil }
      try await sender.replaceTrack(one.track)
      try await eventually("the first size") { try await peer.evaluate("return peer.video.videoWidth") == 640 }
      try await eventually("the first barcode") {
        try await peer.barcode(of: .testCard, screen: one.screen) != nil
      }
      let inbound = try await peer.inbound
      // At most 2 %: a busy machine's sockets may overflow.
      #expect((inbound["packetsLost"].int ?? 0) * 50 <= inbound["packetsReceived"].int ?? 0)
      #expect(try await peer.evaluate("return peer.pc.signalingState") == "stable")
      await connection.close()
      try await browser.close()
      try await one.stop()
      try await two.stop()
    }

    @Test func `the picture plays on through an ICE restart`() async throws {
      let desktop = try await SharedDesktop(.testCard, width: 640, height: 480)
      let browser = try await Chromium(arguments: BrowserPeer.arguments)
      let (connection, peer, _) = try await connect(desktop, browser)
      let before = try await peer.inbound["framesDecoded"].number ?? 0
      let old = try await peer.evaluate("return peer.pc.remoteDescription.sdp.match(/ice-ufrag:(.*)/)[1]")
      try await exchange(connection, peer, RTCOfferOptions(iceRestart: true))
      #expect(try await peer.evaluate("return peer.pc.remoteDescription.sdp.match(/ice-ufrag:(.*)/)[1]") != old)
      try await eventually("frames by the new path", within: 20) {
        (try await peer.inbound["framesDecoded"].number ?? 0) > before + 90
      }
      #expect(await connection.connectionState == .connected)
      #expect(try await peer.evaluate("return peer.pc.connectionState") == "connected")
      let inbound = try await peer.inbound
      #expect((inbound["packetsLost"].int ?? 0) * 50 <= inbound["packetsReceived"].int ?? 0)
      await connection.close()
      try await browser.close()
      try await desktop.stop()
    }

    @Test func `after offers of both sides at once both pictures arrive`() async throws {
      let desktop = try await SharedDesktop(.testCard, width: 640, height: 480)
      let browser = try await Chromium(arguments: BrowserPeer.arguments)
      let peer = try await BrowserPeer(browser.page)
      let connection = try await RTCPeerConnection(.loopback)
      let events = connection.events
      try await connection.addTrack(desktop.track, desktop.stream)
      try await peer.addCanvas()
      let offers = (try await connection.completeOffer(), try await peer.offer())
      // This is the polite side: its offer is rolled back, and the browser's offer answered.
      try await peer.take(try await connection.completeAnswer(to: offers.1))
      let log = EncodedLog()
      for await event in events {
        guard case .track(let event) = event else { continue }
        (event.track.source as? any EncodedSource)?.attach(log)
        break
      }
      try await log.seen("the browser's picture") { $0.count > 10 }
      // If the answer had no m-line for our track, another offer is needed.
      if try await peer.evaluate("return peer.tracks.length") == 0 { try await exchange(connection, peer) }
      try await peer.firstPicture()
      try await eventually("the barcode") { try await peer.barcode(of: .testCard, screen: desktop.screen) != nil }
      await connection.close()
      try await browser.close()
      try await desktop.stop()
    }

    @Test func `a browser's offer to receive sound and video is answered with the picture only`() async throws {
      let desktop = try await SharedDesktop(.testCard, width: 640, height: 480)
      let browser = try await Chromium(arguments: BrowserPeer.arguments)
      let peer = try await BrowserPeer(browser.page)
      try await peer.evaluate(
        "peer.pc.addTransceiver('audio', {direction: 'recvonly'}); peer.pc.addTransceiver('video', {direction: 'recvonly'})"
      )
      let connection = try await RTCPeerConnection(.loopback)
      try await connection.addTrack(desktop.track, desktop.stream)
      try await peer.take(try await connection.completeAnswer(to: try await peer.offer()))
      try await peer.evaluate("peer.offeredAt = performance.now()")
      try await peer.firstPicture()
      #expect(
        try await peer.evaluate("return peer.pc.getTransceivers().map(t => t.currentDirection)") == [
          "inactive", "recvonly",
        ]
      )
      try await eventually("the barcode") { try await peer.barcode(of: .testCard, screen: desktop.screen) != nil }
      await connection.close()
      try await browser.close()
      try await desktop.stop()
    }
  }
}
