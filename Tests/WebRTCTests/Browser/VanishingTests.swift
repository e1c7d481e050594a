import Encoding
import Foundation
import Harness
import Media
import RTP
import Scenes
import Testing

@testable import WebRTC

extension BrowserTests {
  @Suite(.timeLimit(.minutes(2))) struct VanishingTests {
    @Test func `a crashed tab's connection fails within 30 seconds; another viewer's goes on`() async throws {
      let desktop = try await SharedDesktop(.testCard, width: 640, height: 480)
      let browser = try await Chromium(arguments: BrowserPeer.arguments)
      let victim = browser.page
      var connections: [RTCPeerConnection] = []
      var peers: [BrowserPeer] = []
      for isVictim in [true, false] {
        // Opened only now: a page in the background shows no picture.
        let peer = try await BrowserPeer(isVictim ? victim : try await browser.newPage())
        let connection = try await RTCPeerConnection(.loopback)
        try await connection.addTrack(desktop.track, desktop.stream)
        try await connection.setRemoteDescription(try await peer.answer(try await connection.completeOffer()))
        try await peer.firstPicture()
        connections.append(connection)
        peers.append(peer)
      }
      let events = connections[0].events
      let before = try await peers[1].inbound["framesDecoded"].number ?? 0
      // A crash closes no connection. The command gets no answer either.
      Task { try? await victim.call("Page.crash") }
      let start = MediaTime.now
      var states: [RTCPeerConnectionState] = []
      var reason: RTCError?
      for await event in events {
        guard case .connectionstatechange(let state, let error) = event else { continue }
        states.append(state)
        reason = error
        if state == .failed { break }
      }
      let seconds = (MediaTime.now - start).seconds
      #expect(states.last == .failed)
      // Consent expires after at most 30 seconds (RFC 7675 §5.1); libnice gives up after about ten.
      #expect(seconds < 30, "\(seconds) s")
      #expect(reason?.message.isEmpty == false)
      // Nothing is sent to it any more; the other viewer's picture went on.
      #expect(await connections[0].getSenders()[0].source == nil)
      let decoded = (try await peers[1].inbound["framesDecoded"].number ?? 0) - before
      #expect(decoded >= seconds * 5)
      for connection in connections { await connection.close() }
      try await browser.close()
      try await desktop.stop()
    }

    @Test func `a page that closes its connection disconnects this side`() async throws {
      let desktop = try await SharedDesktop(.testCard, width: 640, height: 480)
      let browser = try await Chromium(arguments: BrowserPeer.arguments)
      let page = try await browser.newPage()
      let peer = try await BrowserPeer(page)
      let connection = try await RTCPeerConnection(.loopback)
      try await connection.addTrack(desktop.track, desktop.stream)
      try await connection.setRemoteDescription(try await peer.answer(try await connection.completeOffer()))
      try await connection.reaches(.connected)
      try await peer.evaluate("peer.pc.close()")
      try await connection.reaches(.disconnected, within: .seconds(20))
      await connection.close()
      try await browser.close()
      try await desktop.stop()
    }
  }
}
