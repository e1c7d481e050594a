import RTCFuzzChecks
import RTP
import SDP
import JSEP
import Testing

/// Peers that support less than today's browsers.
@Suite struct OldPeerTests {
  private func offer() throws -> String {
    var a = Peer("alice", seed: 1, bundlePolicy: .maxCompat)
    _ = try a.negotiation.addTrack(.audio, trackID: "sound", streams: ["desk"])
    _ = try a.negotiation.addTrack(.video, trackID: "screen", streams: ["desk"])
    return try a.offer()
  }

  @Test func `an offer of sound only is answered, and the screen is added by another offer`() throws {
    var b = Peer("bob", seed: 2)
    _ = try b.negotiation.addTrack(.video, trackID: "screen", streams: ["desk"])
    _ = try b.negotiation.addTrack(.audio, trackID: "sound", streams: ["desk"])
    let answer = try b.answer(try Vectors.text("chromium-audio-only"))
    #expect(try answer.sdp.media.map(\.direction) == [.sendonly])
    #expect(b.negotiation.isNegotiationNeeded)
    let next = try b.offer()
    try OfferRules.check(next, isOffer: true)
    let sections = try next.sdp.media
    #expect(sections.map(\.media.kind) == [.audio, .video])
    #expect(sections.map(\.isBundleOnly) == [false, false])
    #expect(sections[0].iceUfrag == sections[1].iceUfrag)
    #expect(try next.sdp.groups == [SDPGroup(semantics: "BUNDLE", mids: ["0", "1"])])
  }

  @Test func `an offer without a bundle gets a transport for each section`() throws {
    var b = Peer("bob", seed: 2)
    let answer = try b.answer(try offer().dropping("a=group"))
    try OfferRules.check(answer, isOffer: false)
    #expect(try answer.sdp.groups.isEmpty)
    #expect(b.negotiation.transports.map(\.mids) == [["0"], ["1"]])
    #expect(b.negotiation.transports.map(\.remote?.usernameFragment) == ["alice0G0", "alice1G0"])
    // A section added later gets its own transport, too.
    _ = try b.negotiation.addTransceiver(.video, direction: .sendonly, trackID: "x")
    let next = try b.offer()
    try OfferRules.check(next, isOffer: true)
    #expect(try Set(next.sdp.media.map(\.iceUfrag)).count == 3)
    #expect(try next.sdp.media.allSatisfy { !$0.isBundleOnly })
  }

  @Test func `with max-bundle a section outside the bundle is rejected`() throws {
    var b = Peer("bob", seed: 2, bundlePolicy: .maxBundle)
    let answer = try b.answer(try offer().dropping("a=group"))
    #expect(try answer.sdp.media.map(\.isRejected) == [false, true])
    #expect(b.negotiation.transports.count == 1)
  }

  @Test func `sections without MID are answered by their index`() throws {
    var b = Peer("bob", seed: 2)
    let offer = try offer().dropping("a=group").dropping("a=mid").dropping("sdes:mid")
    let answer = try b.answer(offer)
    #expect(try answer.sdp.media.allSatisfy { $0.mid == nil && !$0.isRejected })
    #expect(b.negotiation.media.map(\.mLineIndex) == [0, 1])
    #expect(Set(b.negotiation.media.map(\.mid)).count == 2)
    let result = try b.negotiation.addRemoteCandidate(
      "candidate:1 1 udp 1 192.0.2.1 5 typ host", mid: nil, mLineIndex: 1)
    #expect(result.candidates.map(\.transport) == [b.negotiation.transports[1].id])
    // Repeating the offer keeps the session.
    let again = try b.answer(offer)
    #expect(try again.sdp.media.map(\.iceUfrag) == answer.sdp.media.map(\.iceUfrag))
    #expect(b.negotiation.transceivers.count == 2)
  }

  @Test func `an answer without MIDs is matched by index`() throws {
    var a = Peer("alice", seed: 1)
    _ = try a.negotiation.addTrack(.video, trackID: "screen")
    var b = Peer("bob", seed: 2)
    let answer = try b.answer(try a.offer())
    _ = try a.negotiation.setRemote(.answer, answer.dropping("a=group").dropping("a=mid"))
    #expect(a.negotiation.media.count == 1)
    #expect(a.negotiation.transports[0].remote?.usernameFragment == "bob0G0")
  }

  @Test func `a section without rtcp-mux is rejected`() throws {
    var b = Peer("bob", seed: 2)
    let answer = try b.answer(try offer().dropping("a=group").dropping("a=rtcp-mux"))
    #expect(try answer.sdp.media.map(\.isRejected) == [true, true])
  }

  @Test func `a peer without a setup attribute is the DTLS client`() throws {
    var a = Peer("alice", seed: 1)
    _ = try a.negotiation.addTrack(.video, trackID: "screen")
    let offer = try a.offer()
    var b = Peer("bob", seed: 2)
    let answer = try b.answer(offer.dropping("a=setup"))
    #expect(try answer.sdp.media[0].setup == .passive)
    _ = try a.negotiation.setRemote(.answer, answer.dropping("a=setup"))
    #expect(a.negotiation.transports[0].role == .server)
  }

  @Test(arguments: [(DTLSSetup.active, DTLSSetup.passive), (.passive, .active), (.actpass, .active)])
  func `the answer follows the offer's DTLS role`(offered: DTLSSetup, answered: DTLSSetup) throws {
    var b = Peer("bob", seed: 2)
    let answer = try b.answer(try offer().replacing("setup:actpass", with: "setup:\(offered.rawValue)"))
    #expect(try answer.sdp.media[0].setup == answered)
    #expect(b.negotiation.transports[0].role == (answered == .active ? .client : .server))
  }

  @Test func `session-level credentials and fingerprint apply to every section`() throws {
    let offer = try offer()
    let section = try offer.sdp.media[0]
    let lines = section.lines.filter { ["a=ice-u", "a=ice-p", "a=finge", "a=setup"].contains($0.text.prefix(7)) }
    let head = lines.map(\.text).joined(separator: "\r\n") + "\r\n"
    let bare = offer.dropping("a=ice-u").dropping("a=ice-p").dropping("a=finger").dropping("a=setup")
    var b = Peer("bob", seed: 2)
    let answer = try b.answer(bare.replacing("a=group", with: head + "a=group"))
    #expect(try answer.sdp.media.allSatisfy { !$0.isRejected })
    #expect(b.negotiation.transports[0].remote?.usernameFragment == section.iceUfrag)
    #expect(b.negotiation.transports[0].remoteFingerprints == section.fingerprints)
  }

  @Test func `with an ICE lite peer this side is controlling`() throws {
    var b = Peer("bob", seed: 2)
    _ = try b.answer(try offer().replacing("a=group", with: "a=ice-lite\r\na=group"))
    #expect(b.negotiation.transports.allSatisfy { $0.isControlling && $0.remoteIsLite })
  }

  @Test func `streams that only ssrc attributes name are found`() throws {
    var b = Peer("bob", seed: 2)
    let change = try b.negotiation.setRemote(.offer, try Vectors.text("gstreamer-offer"))
    #expect(change.tracks.count == 2)
    for track in change.tracks {
      guard case .added(_, let streams) = track else { continue }
      #expect(streams == ["user2672039662@host"])
    }
  }

  @Test func `offerToReceive adds recvonly sections, or removes the receiving direction`() throws {
    var a = Peer("alice", seed: 1)
    let options = RTCOfferOptions(offerToReceiveAudio: true, offerToReceiveVideo: true)
    let offer = try a.createOffer(options)
    #expect(try offer.sdp.media.map(\.direction) == [.recvonly, .recvonly])
    #expect(try a.createOffer(options).sdp.media.count == 2)
    var b = Peer("bob", seed: 2)
    _ = try b.negotiation.addTrack(.video, trackID: "screen")
    let sends = try b.createOffer(RTCOfferOptions(offerToReceiveVideo: false))
    #expect(try sends.sdp.media.map(\.direction) == [.sendonly])
  }

  @Test func `the other side's bandwidth line sets maximumBitrate`() throws {
    var a = Peer("alice", seed: 1)
    var b = Peer("bob", seed: 2)
    _ = try a.negotiation.addTrack(.video, trackID: "screen")
    let answer = try b.answer(try a.offer()).replacing("a=mid:0", with: "b=AS:800\r\na=mid:0")
    _ = try a.negotiation.setRemote(.answer, answer)
    #expect(a.negotiation.media[0].maximumBitrate == 800_000)
  }
}
