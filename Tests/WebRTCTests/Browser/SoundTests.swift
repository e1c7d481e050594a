import Harness
import Media
import RTP
import Testing
import WebRTC

extension BrowserTests {
  @Suite(.timeLimit(.minutes(3))) struct SoundTests {
    /// Milliseconds: Chromium does something about what sound and picture are apart from 30 on, and a busy one holds its pictures
    /// up by as much again.
    private static let tolerance = 75.0

    @Test func `Chromium plays the tones in stereo, each beep with its flash, also after a pause; muted is silent`()
      async throws
    {
      let source = FlashAndBeep(.tone)
      let (browser, peer, connection) = try await watch(source)
      try await peer.listen()
      try await eventually("both tones", within: 30) {
        let heard = try await peer.heard
        return heard[0].amplitudes.left > 0.45 && heard[1].amplitudes.right > 0.45
          && abs(heard[0].frequency - FlashAndBeep.tones.left) < 0.5
          && abs(heard[1].frequency - FlashAndBeep.tones.right) < 0.5
      }
      // Each on its own side.
      let heard = try await peer.heard
      #expect(heard[0].amplitudes.right < 0.005 && heard[1].amplitudes.left < 0.005, "\(heard)")
      // A sine of half the amplitude in each ear, by the packets' own word.
      try await eventually("the level", within: 20) {
        let level = try await peer.evaluate(
          """
          const sound = peer.pc.getReceivers().find(({ track }) => track.kind === "audio")
          return sound.getSynchronizationSources()[0]?.audioLevel ?? 0
          """)
        return abs((level.number ?? 0) - 0.355) < 0.03
      }

      source.sounds = .beeps
      try await expectInStep(peer)

      // Muted: nothing is heard, and the picture goes on.
      let decoded = try await peer.inbound["framesDecoded"].int ?? 0
      source.sounds = .tone
      try await eventually("the tone", within: 20) { try await peer.heard[0].amplitudes.left > 0.45 }
      source.tone.enabled = false
      try await eventually("silence", within: 20) { try await peer.heard[0].amplitudes.left < 0.0001 }
      #expect(try await peer.inbound["framesDecoded"].int ?? 0 > decoded)
      // Silence is sent: it is no gap that the browser fills.
      let received = try await peer.inboundSound["packetsReceived"].int ?? 0
      try await eventually("packets of silence") {
        try await peer.inboundSound["packetsReceived"].int ?? 0 > received + 25
      }
      source.picture.enabled = false
      source.sounds = .beeps
      try await Task.sleep(for: .seconds(1))
      #expect(try await peer.heard[0].amplitudes.left < 0.0001)
      source.tone.enabled = true
      source.picture.enabled = true
      try await expectInStep(peer)
      try await finish(browser, connection, source)
    }

    /// How much of the sound comes is judged in virtual time, by `RecoveryTests`.
    @Test func `at 5 % loss and jitter the tone is heard, and packets come twice`() async throws {
      let source = FlashAndBeep(.tone)
      let network = LossyNetwork(loss: 0.05, delay: 0.020, jitter: 0.010, seed: 9)
      let relay = try UDPRelay { direction, _ in network.nextPacket(direction) }
      let (browser, peer, connection) = try await watch(source, through: relay)
      try await peer.listen()
      try await eventually("the tone", within: 30) { try await peer.heard[0].amplitudes.left > 0.4 }
      // From the first report of a loss on each packet comes twice, and one of both is not needed.
      try await eventually("copies", within: 20) { try await peer.inboundSound["packetsDiscarded"].int ?? 0 > 20 }
      try await eventually("losses", within: 20) { try await peer.inboundSound["packetsLost"].int ?? 0 > 5 }
      try await eventually("the tone", within: 20) { try await peer.heard[0].amplitudes.left > 0.4 }
      relay.stop()
      try await finish(browser, connection, source)
    }

    /// That the browser brings sound and picture together, by its own word, and that beeps then come with flashes.
    private func expectInStep(_ peer: BrowserPeer) async throws {
      try await peer.comesIntoStep(within: Self.tolerance)
      let watched = try await peer.watch(beeps: 6)
      #expect(watched.flashes >= 4 && watched.offsets.count >= 4, "\(watched)")
    }

    /// A browser that gets the picture and the sound.
    private func watch(
      _ source: FlashAndBeep, through relay: UDPRelay? = nil
    ) async throws -> (Chromium, BrowserPeer, RTCPeerConnection) {
      let browser = try await Chromium(arguments: BrowserPeer.arguments)
      try await BrowserPeer.prepareToHear(browser.page)
      let peer = try await BrowserPeer(browser.page)
      let connection = try await RTCPeerConnection(.loopback)
      for track in source.stream.getTracks() { try await connection.addTrack(track, source.stream) }
      let offer = try await connection.completeOffer()
      if let relay {
        let answer = try await peer.answer(offer.through(port: relay.portForSecond))
        let port: UInt16 = try #require(offer.candidatePort)
        relay.connect(first: port)
        try await connection.setRemoteDescription(answer.through(port: relay.portForFirst))
      } else {
        try await connection.setRemoteDescription(try await peer.answer(offer))
      }
      try await peer.firstPicture(within: .seconds(30))
      return (browser, peer, connection)
    }

    private func finish(
      _ browser: Chromium, _ connection: RTCPeerConnection, _ source: FlashAndBeep
    ) async throws {
      #expect(browser.page.problems == [])
      await connection.close()
      try await browser.close()
      source.stop()
    }
  }
}
