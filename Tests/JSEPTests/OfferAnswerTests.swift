import RTCFuzzChecks
import RTP
import SDP
import JSEP
import Testing

@Suite struct OfferAnswerTests {
  /// A publisher with sound and video in one stream.
  private func publisher(_ policy: RTCBundlePolicy = .balanced) throws -> Peer {
    var peer = Peer("alice", seed: 1, bundlePolicy: policy)
    _ = try peer.negotiation.addTransceiver(.audio, direction: .sendonly, trackID: "sound", streams: ["desk"])
    _ = try peer.negotiation.addTransceiver(.video, direction: .sendonly, trackID: "screen", streams: ["desk"])
    return peer
  }

  @Test(arguments: [RTCBundlePolicy.balanced, .maxCompat, .maxBundle])
  func `sound and video in one direction are negotiated to the common capabilities`(policy: RTCBundlePolicy) throws {
    var a = try publisher(policy)
    var b = Peer("bob", seed: 2)
    let offer = try a.offer()
    try OfferRules.check(offer, isOffer: true)
    #expect(a.negotiation.signalingState == .haveLocalOffer)
    #expect(a.negotiation.transports.count == (policy == .maxBundle ? 1 : 2))
    #expect(a.negotiation.transports.allSatisfy { $0.remote == nil && $0.isControlling })
    let offered = try b.negotiation.setRemote(.offer, offer)
    #expect(offered.created.count == 2)
    #expect(!offered.isAgreed)
    #expect(offered.tracks == offered.created.map { .added($0, streams: ["desk"]) })
    #expect(b.negotiation.transports.isEmpty)
    #expect(!b.negotiation.isControlling)
    let answer = try b.createAnswer()
    try OfferRules.check(answer, isOffer: false)
    let answered = try b.negotiation.setLocal(.answer, answer)
    #expect(answered.isAgreed)
    let change = try a.negotiation.setRemote(.answer, answer)
    #expect(change.isAgreed)
    #expect(a.negotiation.signalingState == .stable && b.negotiation.signalingState == .stable)

    let (sent, received) = (a.negotiation.media, b.negotiation.media)
    #expect(sent.map(\.direction) == [.sendonly, .sendonly])
    #expect(received.map(\.direction) == [.recvonly, .recvonly])
    #expect(sent.map(\.mid) == ["0", "1"])
    #expect(sent.allSatisfy { $0.receive == nil } && received.allSatisfy { $0.send == nil })
    let video = try #require(sent[1].send)
    #expect(video.payloadType == 96 && video.rtxPayloadType == 97 && video.clockRate == 90_000)
    #expect(video.feedback == [.nack, .pli, .fir, .remb])
    #expect(video.mid == "1")
    #expect(video.extensions.mid != 0 && video.extensions.transportSequenceNumber == 0)
    let receive = try #require(received[1].receive)
    #expect(receive.ssrc == video.ssrc && receive.rtxSSRC == video.rtxSSRC)
    #expect(receive.formats == [96: .vp8, 97: .rtx(96)])
    #expect(receive.feedback.contains(.transportCC))
    #expect(received[1].extensions.transportSequenceNumber != 0)
    #expect(received.map(\.remoteCNAME) == [a.negotiation.cname, a.negotiation.cname])
    #expect(received.allSatisfy { $0.reducedSizeRTCP })

    #expect(a.negotiation.transports.count == 1 && b.negotiation.transports.count == 1)
    let (ours, theirs) = (a.negotiation.transports[0], b.negotiation.transports[0])
    #expect(ours.mids == ["0", "1"] && theirs.mids == ["0", "1"])
    #expect(ours.remote == theirs.local && theirs.remote == ours.local)
    #expect(ours.role == .server && theirs.role == .client)
    #expect(ours.isControlling && !theirs.isControlling)
    #expect(ours.remoteFingerprints == [Peer.fingerprint("bob")])
    #expect(!a.negotiation.isNegotiationNeeded && !b.negotiation.isNegotiationNeeded)
  }

  @Test func `an offer has the attributes that browsers expect`() throws {
    var a = try publisher()
    let offer = try a.offer().sdp
    #expect(offer.groups == [SDPGroup(semantics: "BUNDLE", mids: ["0", "1"])])
    #expect(offer.allowsMixedExtensions)
    for media in offer.media {
      #expect(media.media.transport == "UDP/TLS/RTP/SAVPF")
      #expect(media.hasReducedSizeRTCP)
      #expect(media.msids.map(\.stream) == ["desk"])
      #expect(offer.iceOptions == ["trickle"])
    }
    let video = offer.media[1]
    #expect(video.codecs.map(\.name) == ["VP8", "rtx"])
    #expect(video.codecs[0].feedback == [.nack, .pli, .fir, .remb, .transportCC])
    #expect(video.ssrcGroups.map(\.semantics) == ["FID"])
    let names = video.headerExtensions.compactMap { RTPHeaderExtension(rawValue: $0.uri) }
    #expect(
      Set(names) == [
        .mid, .transportSequenceNumber, .absSendTime, .playoutDelay, .videoContentType, .absCaptureTime,
        .colorSpace, .rid,
      ])
  }

  @Test(
    arguments: [
      (.sendrecv, .sendrecv, .sendrecv), (.sendrecv, .sendonly, .sendonly), (.sendrecv, .recvonly, .recvonly),
      (.sendrecv, .inactive, .inactive), (.sendonly, .sendrecv, .recvonly), (.sendonly, .recvonly, .recvonly),
      (.sendonly, .sendonly, .inactive), (.recvonly, .sendrecv, .sendonly), (.recvonly, .recvonly, .inactive),
      (.inactive, .sendrecv, .inactive), (.inactive, .inactive, .inactive),
    ] as [(RTPTransceiverDirection, RTPTransceiverDirection, RTPTransceiverDirection)])
  func `an answer has the direction that both sides allow`(
    offered: RTPTransceiverDirection, wanted: RTPTransceiverDirection, answered: RTPTransceiverDirection
  ) throws {
    var a = Peer("alice", seed: 1)
    var b = Peer("bob", seed: 2)
    for kind in RTPMediaKind.allCases {
      _ = try a.negotiation.addTransceiver(kind, direction: offered, trackID: "x", streams: ["s"])
    }
    _ = try b.negotiation.setRemote(.offer, try a.offer())
    for transceiver in b.negotiation.transceivers {
      #expect(transceiver.direction == .recvonly)
      try b.negotiation.setDirection(transceiver.id, wanted)
    }
    let answer = try b.createAnswer()
    try OfferRules.check(answer, isOffer: false)
    #expect(try answer.sdp.media.map(\.direction) == [answered, answered])
    _ = try b.negotiation.setLocal(.answer, answer)
    _ = try a.negotiation.setRemote(.answer, answer)
    #expect(b.negotiation.transceivers.map(\.currentDirection) == [answered, answered])
    #expect(a.negotiation.transceivers.map(\.currentDirection) == [answered.reversed, answered.reversed])
    for media in b.negotiation.media {
      #expect((media.send != nil) == answered.sends && (media.receive != nil) == answered.receives)
    }
  }

  @Test func `an answer has the offer's payload types and extension identifiers`() throws {
    var b = Peer("bob", seed: 2)
    let offer = try Vectors.text("firefox-sendrecv-data")
    let answer = try b.answer(offer)
    try OfferRules.check(answer, isOffer: false)
    let sections = try answer.sdp.media
    #expect(sections[0].media.formats == ["120", "124"])
    #expect(sections[0].codecs[1].associatedPayloadType == 120)
    // Firefox does not support RED; it is still in the next offer.
    #expect(sections[1].media.formats == ["109"])
    for (answered, offered) in zip(sections, try offer.sdp.media) {
      for mapping in answered.headerExtensions {
        #expect(offered.headerExtensions.contains { $0.id == mapping.id && $0.uri == mapping.uri })
      }
    }
    let playoutDelay = sections[0].headerExtensions.first { $0.uri == RTPHeaderExtension.playoutDelay.rawValue }
    #expect(playoutDelay?.direction == .sendonly)
    // So has the next offer from this side, in which a new section replaces the rejected data section.
    _ = try b.negotiation.addTransceiver(.video, direction: .sendonly, trackID: "x")
    let next = try b.offer()
    try OfferRules.check(next, isOffer: true)
    #expect(try next.sdp.media.map(\.media.formats) == [["120", "124"], ["109", "63"], ["120", "124"]])
  }

  @Test func `a section without a codec in common is rejected in its place`() throws {
    var a = try publisher()
    let offer = try a.offer().replacing("VP8", with: "H264")
    var b = Peer("bob", seed: 2)
    let answer = try b.answer(offer).sdp
    #expect(answer.media.map(\.isRejected) == [false, true])
    #expect(answer.media[1].mid == "1")
    #expect(answer.groups == [SDPGroup(semantics: "BUNDLE", mids: ["0"])])
    #expect(b.negotiation.media.map(\.mid) == ["0"])
    #expect(b.negotiation.transceivers.map(\.kind) == [.audio])
    #expect(!b.negotiation.isNegotiationNeeded)
  }

  @Test func `an answer that rejects a section stops its transceiver`() throws {
    var a = try publisher()
    var b = Peer("bob", seed: 2)
    let answer = try b.answer(try a.offer().replacing("opus", with: "speex"))
    #expect(try answer.sdp.media.map(\.isRejected) == [true, false])
    let change = try a.negotiation.setRemote(.answer, answer)
    #expect(change.stopped.count == 1 && change.removed == change.stopped)
    #expect(a.negotiation.transceivers.map(\.kind) == [.video])
    // The bundle continues with the second section.
    #expect(a.negotiation.transports.map(\.mids) == [["1"]])
    #expect(a.negotiation.transports[0].remote == b.negotiation.transports[0].local)
  }

  @Test func `a transceiver stopped before the answer is answered as inactive, then rejected by the next offer`() throws
  {
    var a = try publisher()
    var b = Peer("bob", seed: 2)
    _ = try b.negotiation.setRemote(.offer, try a.offer())
    let id = b.negotiation.transceivers[0].id
    try b.negotiation.stop(id)
    let answer = try b.createAnswer()
    _ = try b.negotiation.setLocal(.answer, answer)
    #expect(try answer.sdp.media.map(\.direction) == [.inactive, .recvonly])
    _ = try a.negotiation.setRemote(.answer, answer)
    #expect(b.negotiation.isNegotiationNeeded)
    try b.negotiate(with: &a)
    #expect(b.negotiation[id] == nil)
    #expect(a.negotiation.media.map(\.mid) == ["1"] && b.negotiation.media.map(\.mid) == ["1"])
  }

  @Test func `an answer that rejects everything removes media, transports and transceivers`() throws {
    var a = try publisher()
    var b = Peer("bob", seed: 2)
    let answer = try b.answer(try a.offer().replacing("opus", with: "speex").replacing("VP8", with: "VP9"))
    _ = try a.negotiation.setRemote(.answer, answer)
    for peer in [a, b] {
      #expect(peer.negotiation.media.isEmpty && peer.negotiation.transports.isEmpty)
      #expect(peer.negotiation.transceivers.isEmpty)
    }
  }

  @Test func `a data section is rejected, and keeps its place`() throws {
    var b = Peer("bob", seed: 2)
    let answer = try b.answer(try Vectors.text("chromium-sendrecv-data"))
    let section = try answer.sdp.media[2]
    #expect(section.media.kind == .application && section.media.port == 0)
    #expect(section.media.formats == ["webrtc-datachannel"])
    #expect(section.mid == "2")
    let offer = try b.offer()
    #expect(try offer.sdp.media.map(\.isRejected) == [false, false, true])
  }

  @Test(arguments: Vectors.offers)
  func `a real peer's offer gets a valid answer`(name: String) throws {
    for policy in [RTCBundlePolicy.balanced, .maxBundle, .maxCompat] {
      var b = Peer("bob", seed: 2, bundlePolicy: policy)
      _ = try b.negotiation.addTrack(.video, trackID: "screen", streams: ["desk"])
      _ = try b.negotiation.addTrack(.audio, trackID: "sound", streams: ["desk"])
      let offer = try Vectors.text(name)
      let answer = try b.answer(offer)
      try OfferRules.check(answer, isOffer: false)
      let (offered, answered) = (try offer.sdp, try answer.sdp)
      #expect(answered.media.map(\.mid) == offered.media.map(\.mid))
      for (own, theirs) in zip(answered.media, offered.media) {
        #expect(own.isRejected == (theirs.isRejected || theirs.media.kind == .application))
      }
      #expect(b.negotiation.transports.count == 1)
      #expect(b.negotiation.transports[0].remote != nil)
      // Either side can offer next.
      try OfferRules.check(try b.offer(), isOffer: true)
      _ = try b.negotiation.setLocal(.rollback)
      try OfferRules.check(try b.answer(offer), isOffer: false)
    }
  }

  @Test func `the session version rises only when the offer changes`() throws {
    var a = try publisher()
    let first = try a.createOffer()
    #expect(try a.createOffer() == first)
    _ = try a.negotiation.addTransceiver(.video)
    let second = try a.createOffer()
    #expect(try first.sdp.origin?.sessionVersion == 0 && second.sdp.origin?.sessionVersion == 1)
    #expect(try first.sdp.origin?.sessionID == second.sdp.origin?.sessionID)
  }

  @Test func `codecs are offered in the preferred order, unknown ones refused`() throws {
    var a = Peer("alice", seed: 1)
    let id = try a.negotiation.addTransceiver(.video)
    var bare = RTPCodecCapability.vp8
    bare.hasRetransmission = false
    #expect(throws: NegotiationError.self) { try a.negotiation.setCodecPreferences(id, [bare]) }
    try a.negotiation.setCodecPreferences(id, [.vp8, .vp8])
    #expect(try a.createOffer().sdp.media[0].codecs.map(\.name) == ["VP8", "rtx"])
  }

  @Test func `msid lists no stream as -, or each of the track's streams once`() throws {
    var a = Peer("alice", seed: 1)
    let id = try a.negotiation.addTrack(.video, trackID: "t")
    #expect(try a.createOffer().sdp.media[0].msids == [MediaStreamIdentifier(stream: "-", track: "t")])
    try a.negotiation.setStreams(id, ["x", "y", "x"])
    let section = try a.createOffer().sdp.media[0]
    #expect(section.msids.map(\.stream) == ["x", "y"])
    var b = Peer("bob", seed: 2)
    let change = try b.negotiation.setRemote(.offer, try a.offer())
    #expect(change.tracks == [.added(change.created[0], streams: ["x", "y"])])
    #expect(b.negotiation.transceivers[0].receiveTrackID == "t")
  }
}
