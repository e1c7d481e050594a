import SDP
import RTP
import JSEP
import Testing

@Suite struct GlareTests {
  @Test func `when both sides offer, the polite one rolls back and both agree`() throws {
    var polite = Peer("polite", seed: 1)
    var other = Peer("other", seed: 2)
    let own = try polite.negotiation.addTrack(.video, trackID: "screen", streams: ["desk"])
    _ = try other.negotiation.addTrack(.video, trackID: "camera", streams: ["face"])
    let mine = try polite.offer()
    let theirs = try other.offer()
    // The other side ignores the polite one's offer.
    #expect(throws: NegotiationError.self) { try other.negotiation.setRemote(.answer, mine) }
    let change = try polite.negotiation.setRemote(.offer, theirs)
    #expect(polite.negotiation.signalingState == .haveRemoteOffer)
    #expect(change.created.isEmpty)
    // The offered track uses the other side's section.
    #expect(polite.negotiation.transceivers.map(\.id) == [own])
    #expect(polite.negotiation.transports.isEmpty)
    #expect(!polite.negotiation.isControlling)
    let answer = try polite.createAnswer()
    _ = try polite.negotiation.setLocal(.answer, answer)
    _ = try other.negotiation.setRemote(.answer, answer)
    #expect(polite.negotiation.media.map(\.direction) == [.sendrecv])
    #expect(other.negotiation.media.map(\.direction) == [.sendrecv])
    #expect(polite.negotiation.transports.map(\.isControlling) == [false])
    #expect(!polite.negotiation.isNegotiationNeeded && !other.negotiation.isNegotiationNeeded)
  }

  @Test func `transceivers of addTransceiver get their own sections after the glare`() throws {
    var polite = Peer("polite", seed: 1)
    var other = Peer("other", seed: 2)
    _ = try polite.negotiation.addTransceiver(.video, direction: .sendonly, trackID: "screen")
    _ = try other.negotiation.addTransceiver(.video, direction: .sendonly, trackID: "camera")
    _ = try polite.offer()
    let answer = try polite.answer(try other.offer())
    _ = try other.negotiation.setRemote(.answer, answer)
    #expect(polite.negotiation.isNegotiationNeeded)
    #expect(polite.negotiation.transceivers.map(\.mid) == [nil, "0"])
    try polite.negotiate(with: &other)
    #expect(polite.negotiation.media.map(\.direction) == [.recvonly, .sendonly])
    #expect(other.negotiation.media.map(\.direction) == [.sendonly, .recvonly])
    #expect(!polite.negotiation.isNegotiationNeeded)
  }

  @Test func `glare in an established session leaves it unchanged`() throws {
    var polite = Peer("polite", seed: 1)
    var other = Peer("other", seed: 2)
    _ = try polite.negotiation.addTrack(.video, trackID: "screen", streams: ["desk"])
    try polite.negotiate(with: &other)
    let (media, transports) = (polite.negotiation.media, polite.negotiation.transports)
    _ = try polite.negotiation.addTrack(.audio, trackID: "sound")
    try polite.offer(RTCOfferOptions(iceRestart: true))
    #expect(polite.negotiation.transports != transports)
    _ = try other.negotiation.addTrack(.audio, trackID: "voice")
    let change = try polite.negotiation.setRemote(.offer, try other.offer())
    #expect(change.abandonedRestarts == transports.map(\.id))
    #expect(polite.negotiation.media == media)
    #expect(polite.negotiation.transports == transports)
    let answer = try polite.createAnswer()
    _ = try polite.negotiation.setLocal(.answer, answer)
    _ = try other.negotiation.setRemote(.answer, answer)
    #expect(polite.negotiation.media.map(\.direction) == [.sendonly, .sendrecv])
    var expected = transports[0]
    expected.mids = ["0", "1"]
    #expect(polite.negotiation.transports == [expected])
  }

  @Test func `an invalid remote offer causes no rollback`() throws {
    var peer = Peer("polite", seed: 1)
    _ = try peer.negotiation.addTrack(.video, trackID: "screen")
    let offer = try peer.offer()
    #expect(throws: NegotiationError.self) { try peer.negotiation.setRemote(.offer, offer.dropping("a=fingerprint")) }
    #expect(peer.negotiation.signalingState == .haveLocalOffer)
    #expect(peer.negotiation.localDescription?.sdp.description == offer)
  }

  @Test func `a rollback removes transceivers of the offer, and keeps those of the program`() throws {
    var peer = Peer("bob", seed: 1)
    var other = Peer("alice", seed: 2)
    _ = try other.negotiation.addTransceiver(.video, direction: .sendonly, trackID: "a")
    _ = try other.negotiation.addTransceiver(.audio, direction: .sendrecv, trackID: "b")
    _ = try other.negotiation.addTransceiver(.audio, direction: .sendrecv, trackID: "c")
    let offered = try peer.negotiation.setRemote(.offer, try other.offer())
    #expect(offered.created.count == 3)
    // A track reuses one that the offer created: it stays, without a section.
    let kept = try peer.negotiation.addTrack(.audio, trackID: "mine")
    #expect(kept == offered.created[1])
    let added = try peer.negotiation.addTransceiver(.video)
    let change = try peer.negotiation.setRemote(.rollback)
    #expect(change.removed == [offered.created[0], offered.created[2]])
    #expect(change.tracks == offered.created.map { .removed($0) })
    #expect(peer.negotiation.transceivers.map(\.id) == [kept, added])
    #expect(peer.negotiation.transceivers.allSatisfy { $0.mid == nil && $0.mLineIndex == nil })
    #expect(peer.negotiation.signalingState == .stable)
    #expect(peer.negotiation.remoteDescription == nil)
    // The negotiation starts again.
    let answer = try peer.answer(try other.createOffer())
    _ = try other.negotiation.setRemote(.answer, answer)
    #expect(other.negotiation.media.map(\.direction) == [.sendonly, .sendrecv, .sendonly])
  }

  @Test func `a local offer that is rolled back can be offered again`() throws {
    var a = Peer("alice", seed: 1)
    var b = Peer("bob", seed: 2)
    _ = try a.negotiation.addTrack(.video, trackID: "screen")
    try a.offer()
    #expect(a.negotiation.transports.count == 1)
    let change = try a.negotiation.setLocal(.rollback)
    #expect(change.signalingState == .stable && change.removed.isEmpty)
    #expect(a.negotiation.transports.isEmpty && a.negotiation.localDescription == nil)
    #expect(a.negotiation.isNegotiationNeeded)
    try a.negotiate(with: &b)
    #expect(a.negotiation.media.count == 1)
  }
}
