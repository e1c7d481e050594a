import Harness
import Media
import RTP
import Scenes
import Testing
import WebRTC

extension BrowserTests {
  @Suite(.timeLimit(.minutes(1))) struct StatisticsTests {
    @Test func `getStats of the sender agrees with Chromium's getStats of the receiver`() async throws {
      let desktop = try await SharedDesktop(.testCard, width: 640, height: 480)
      let browser = try await Chromium(arguments: BrowserPeer.arguments)
      let peer = try await BrowserPeer(browser.page)
      let connection = try await RTCPeerConnection(.loopback)
      try await connection.addTrack(desktop.track, desktop.stream)
      try await connection.setRemoteDescription(try await peer.answer(try await connection.completeOffer()))
      try await peer.firstPicture(within: .seconds(30))
      try await eventually("a round trip that was measured", within: 30) {
        await connection.getStats().all(RTCRemoteInboundRtpStreamStats.self).first?.roundTripTime != nil
      }
      // The receiver's first: whatever it has received has been sent by then.
      let theirs = try await peer.evaluate("return [...(await peer.pc.getStats()).values()]").array ?? []
      let ours = await connection.getStats()
      func their(_ type: String, _ id: String? = nil) throws -> JSON {
        try #require(
          theirs.first { $0["type"] == .string(type) && (id == nil || $0["id"].string == id) && $0["kind"] != "audio" })
      }
      #expect(
        Set(ours.all.map(\.type.rawValue)) == [
          "outbound-rtp", "remote-inbound-rtp", "candidate-pair", "local-candidate", "remote-candidate", "transport",
          "media-source", "codec", "certificate",
        ])

      let outbound = try #require(ours.all(RTCOutboundRtpStreamStats.self).first)
      let inbound = try their("inbound-rtp")
      #expect(inbound["ssrc"].int == Int(outbound.ssrc.rawValue))
      #expect(inbound["mid"].string == outbound.mid)
      #expect([outbound.frameWidth, outbound.frameHeight] == [inbound["frameWidth"].int, inbound["frameHeight"].int])
      let counts: [(name: String, sent: UInt64?, received: String)] = [
        ("packets", outbound.packetsSent, "packetsReceived"), ("bytes", outbound.bytesSent, "bytesReceived"),
        ("header bytes", outbound.headerBytesSent, "headerBytesReceived"),
        ("frames sent", outbound.framesSent, "framesReceived"), ("encoded", outbound.framesEncoded, "framesDecoded"),
        ("key frames", outbound.keyFramesEncoded, "keyFramesDecoded"),
      ]
      for (name, sent, received) in counts {
        let received = try #require(inbound[received].int, "\(name)")
        let sent = try #require(sent.map(Int.init), "\(name)")
        // More may have been sent since, or be on its way.
        #expect(received > 0 && sent >= received && sent <= 2 * received + 20_000, "\(name): \(sent), \(received)")
      }
      #expect((outbound.totalEncodeTime ?? 0) > 0 && outbound.active)
      #expect((outbound.targetBitrate ?? 0) > 100_000)

      let remote = try #require(ours.all(RTCRemoteInboundRtpStreamStats.self).first)
      #expect(remote.ssrc == outbound.ssrc && remote.localId == outbound.id && outbound.remoteId == remote.id)
      #expect(0..<2 ~= remote.roundTripTime ?? -1 && 0..<1 ~= remote.jitter)
      #expect(remote.packetsLost == 0 && remote.fractionLost == 0)

      let codec = try #require(outbound.codecId.flatMap { ours[$0] as? RTCCodecStats })
      let theirCodec = try their("codec", inbound["codecId"].string)
      #expect(theirCodec["mimeType"] == .string(codec.mimeType))
      #expect(theirCodec["payloadType"].int == Int(codec.payloadType.rawValue))
      #expect(theirCodec["clockRate"].int == codec.clockRate)

      let source = try #require(outbound.mediaSourceId.flatMap { ours[$0] as? RTCVideoSourceStats })
      #expect(source.trackIdentifier == desktop.track.id && source.width == 640 && source.height == 480)
      #expect((source.frames ?? 0) > 0)

      let transport = try #require(outbound.transportId.flatMap { ours[$0] as? RTCTransportStats })
      let theirTransport = try their("transport")
      for (value, name) in [
        (transport.dtlsState, "dtlsState"), (transport.tlsVersion, "tlsVersion"), (transport.dtlsCipher, "dtlsCipher"),
        (transport.srtpCipher, "srtpCipher"),
      ] {
        #expect(theirTransport[name].string == value, "\(name)")
      }
      #expect(Set([transport.dtlsRole, theirTransport["dtlsRole"].string]) == ["client", "server"])
      #expect(Set([transport.iceRole, theirTransport["iceRole"].string]) == ["controlling", "controlled"])

      let pair = try #require(transport.selectedCandidatePairId.flatMap { ours[$0] as? RTCIceCandidatePairStats })
      let theirPair = try their("candidate-pair", theirTransport["selectedCandidatePairId"].string)
      #expect(pair.state == "succeeded" && pair.nominated == true && theirPair["state"] == "succeeded")
      let local = try #require(ours[pair.localCandidateId] as? RTCIceCandidateStats)
      let theirRemote = try their("remote-candidate", theirPair["remoteCandidateId"].string)
      #expect(theirRemote["port"].int == local.port)

      for (own, other) in [
        (transport.localCertificateId, "remoteCertificateId"), (transport.remoteCertificateId, "localCertificateId"),
      ] {
        let certificate = try #require(own.flatMap { ours[$0] as? RTCCertificateStats })
        let theirs = try their("certificate", theirTransport[other].string)
        #expect(theirs["fingerprint"].string == certificate.fingerprint)
        #expect(theirs["base64Certificate"].string == certificate.base64Certificate)
      }
      await connection.close()
      try await browser.close()
      try await desktop.stop()
    }
  }
}
