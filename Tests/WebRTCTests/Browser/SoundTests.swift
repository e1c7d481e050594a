import Harness
import Media
import RTP
import Testing
import WebRTC

extension BrowserTests {
  @Suite(.timeLimit(.minutes(3))) struct SoundTests {
    /// Milliseconds: Chromium corrects offsets of sound and picture from 30 on, and when busy delays pictures as much again.
    private static let tolerance = 75.0

    @Test func `Chromium plays tones in stereo, silence while muted, and beeps in sync with flashes`()
      async throws
    {
      let source = FlashAndBeep(.tone)
      let (browser, peer, connection) = try await watch(source)
      try await peer.startMeasuringSound()
      try await eventually("both tones", within: 30) {
        let channels = try await peer.channels
        return channels[0].amplitudes.left > 0.45 && channels[1].amplitudes.right > 0.45
          && abs(channels[0].frequency - FlashAndBeep.tones.left) < 0.5
          && abs(channels[1].frequency - FlashAndBeep.tones.right) < 0.5
      }
      // Each tone in its own channel only.
      let channels = try await peer.channels
      #expect(channels[0].amplitudes.right < 0.005 && channels[1].amplitudes.left < 0.005, "\(channels)")
      // A sine of half the full amplitude in each channel, by the packets' audio level extension.
      try await eventually("the level", within: 20) {
        let level = try await peer.evaluate(
          """
          const sound = peer.pc.getReceivers().find(({ track }) => track.kind === "audio")
          return sound.getSynchronizationSources()[0]?.audioLevel ?? 0
          """)
        return abs((level.number ?? 0) - 0.355) < 0.03
      }

      source.sounds = .beeps
      try await expectInSync(peer)

      // Muted: the sound is silent, and the picture goes on.
      let decoded = try await peer.inbound["framesDecoded"].int ?? 0
      source.sounds = .tone
      try await eventually("the tone", within: 20) { try await peer.channels[0].amplitudes.left > 0.45 }
      source.tone.enabled = false
      try await eventually("silence", within: 20) { try await peer.channels[0].amplitudes.left < 0.0001 }
      #expect(try await peer.inbound["framesDecoded"].int ?? 0 > decoded)
      // Silence is sent as packets; it is no gap that the browser conceals.
      let received = try await peer.inboundSound["packetsReceived"].int ?? 0
      try await eventually("packets of silence") {
        try await peer.inboundSound["packetsReceived"].int ?? 0 > received + 25
      }
      source.picture.enabled = false
      source.sounds = .beeps
      try await Task.sleep(for: .seconds(1))
      #expect(try await peer.channels[0].amplitudes.left < 0.0001)
      source.tone.enabled = true
      source.picture.enabled = true
      try await expectInSync(peer)
      try await finish(browser, connection, source)
    }

    /// `RecoveryTests` measure in virtual time how much of the sound arrives.
    @Test func `at 5 % loss and jitter the browser plays the tone, and gets packets twice`() async throws {
      let source = FlashAndBeep(.tone)
      let network = LossyNetwork(loss: 0.05, delay: 0.020, jitter: 0.010, seed: 9)
      let relay = try UDPRelay { direction, _ in network.nextPacket(direction) }
      let (browser, peer, connection) = try await watch(source, through: relay)
      try await peer.startMeasuringSound()
      try await eventually("the tone", within: 30) { try await peer.channels[0].amplitudes.left > 0.4 }
      // After the first report of a loss each packet is sent twice; the browser discards the second.
      try await eventually("copies", within: 20) { try await peer.inboundSound["packetsDiscarded"].int ?? 0 > 20 }
      try await eventually("losses", within: 20) { try await peer.inboundSound["packetsLost"].int ?? 0 > 5 }
      try await eventually("the tone", within: 20) { try await peer.channels[0].amplitudes.left > 0.4 }
      relay.stop()
      try await finish(browser, connection, source)
    }

    /// Expects that sound and picture get in sync by the browser's own statistics, and that beeps then come with flashes.
    private func expectInSync(_ peer: BrowserPeer) async throws {
      try await peer.waitForSync(within: Self.tolerance)
      let events = try await peer.flashesAndBeeps(count: 6)
      #expect(events.flashes >= 4 && events.offsets.count >= 4, "\(events)")
    }

    /// A browser that receives the picture and the sound.
    private func watch(
      _ source: FlashAndBeep, through relay: UDPRelay? = nil
    ) async throws -> (Chromium, BrowserPeer, RTCPeerConnection) {
      let browser = try await Chromium(arguments: BrowserPeer.arguments)
      try await BrowserPeer.openSecurePage(browser.page)
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
