import RTCFuzzChecks
import RTP
import SDP
import JSEP
import Testing

@Suite struct RenegotiationTests {
  /// Two peers with video from the first to the second.
  private func connected() throws -> (Peer, Peer) {
    var a = Peer("alice", seed: 1)
    var b = Peer("bob", seed: 2)
    _ = try a.negotiation.addTrack(.video, trackID: "screen", streams: ["desk"])
    try a.negotiate(with: &b)
    return (a, b)
  }

  @Test func `an added track gets its own section in the bundle`() throws {
    var (a, b) = try connected()
    let ssrc = a.negotiation.media[0].send?.ssrc
    _ = try a.negotiation.addTrack(.audio, trackID: "sound", streams: ["desk"])
    #expect(a.negotiation.isNegotiationNeeded)
    let offer = try a.offer()
    try OfferRules.check(offer, isOffer: true)
    #expect(try offer.sdp.media.map(\.isBundleOnly) == [false, false])
    // Nothing changes before the answer.
    #expect(a.negotiation.media.count == 1 && a.negotiation.transports.count == 1)
    let answer = try b.answer(offer)
    try OfferRules.check(answer, isOffer: false)
    let change = try a.negotiation.setRemote(.answer, answer)
    #expect(change.candidates.isEmpty && change.isAgreed)
    #expect(a.negotiation.media.map(\.kind) == [.video, .audio])
    #expect(a.negotiation.media[0].send?.ssrc == ssrc)
    #expect(a.negotiation.transports.count == 1)
    #expect(a.negotiation.transports[0].role == .server)
    #expect(!a.negotiation.isNegotiationNeeded)
  }

  @Test func `a removed track makes its section inactive, and the transceiver may send again`() throws {
    var (a, b) = try connected()
    let id = a.negotiation.transceivers[0].id
    try a.negotiation.removeTrack(id)
    #expect(a.negotiation.isNegotiationNeeded)
    let change = try b.negotiation.setRemote(.offer, try a.offer())
    #expect(change.tracks == [.removed(b.negotiation.transceivers[0].id)])
    let answer = try b.createAnswer()
    _ = try b.negotiation.setLocal(.answer, answer)
    _ = try a.negotiation.setRemote(.answer, answer)
    #expect(a.negotiation.media.map(\.direction) == [.inactive])
    #expect(a.negotiation.media[0].send == nil)
    #expect(a.negotiation.transports.count == 1)
    // It has sent before, so `addTrack` creates another transceiver.
    let other = try a.negotiation.addTrack(.video, trackID: "other", streams: ["desk"])
    #expect(other != id)
    // The first may send again.
    try a.negotiation.setDirection(id, .sendrecv)
    a.negotiation.setHasTrack(id, true)
    try a.negotiate(with: &b)
    #expect(a.negotiation.media.map(\.direction) == [.sendonly, .sendonly])
    #expect(b.negotiation.transceivers.count == 2)
  }

  @Test func `a stopped transceiver's section is rejected, keeps its index, and is reused`() throws {
    var (a, b) = try connected()
    let id = try a.negotiation.addTrack(.audio, trackID: "sound", streams: ["desk"])
    try a.negotiate(with: &b)
    try a.negotiation.stop(id)
    #expect(a.negotiation[id]?.isStopping == true && a.negotiation[id]?.isStopped == false)
    #expect(a.negotiation.isNegotiationNeeded)
    let offer = try a.offer()
    try OfferRules.check(offer, isOffer: true)
    #expect(try offer.sdp.media.map(\.isRejected) == [false, true])
    let offered = try b.negotiation.setRemote(.offer, offer)
    #expect(offered.stopped.count == 1)
    #expect(offered.tracks == [.removed(offered.stopped[0])])
    let answer = try b.createAnswer()
    let answered = try b.negotiation.setLocal(.answer, answer)
    #expect(answered.removed == offered.stopped)
    let change = try a.negotiation.setRemote(.answer, answer)
    #expect(change.stopped == [id] && change.removed == [id])
    #expect(a.negotiation.transceivers.count == 1 && b.negotiation.transceivers.count == 1)
    #expect(!a.negotiation.isNegotiationNeeded)

    // Another section, also of another kind, takes its place with a new MID.
    _ = try b.negotiation.addTransceiver(.video, direction: .sendonly, trackID: "camera")
    let next = try b.offer()
    try OfferRules.check(next, isOffer: true)
    let sections = try next.sdp.media
    #expect(sections.count == 2)
    #expect(sections[1].media.kind == .video && sections[1].mid != "1")
    let last = try a.answer(next)
    _ = try b.negotiation.setRemote(.answer, last)
    #expect(b.negotiation.media.map(\.mLineIndex) == [0, 1])
    #expect(a.negotiation.media.map(\.mid) == b.negotiation.media.map(\.mid))
    #expect(a.negotiation.transports.map(\.id.rawValue) == [0] && b.negotiation.transports.map(\.id.rawValue) == [0])
  }

  @Test func `no new section is placed before the first of an established bundle`() throws {
    var (a, b) = try connected()
    _ = try a.negotiation.addTrack(.audio, trackID: "sound", streams: ["desk"])
    try a.negotiate(with: &b)
    try a.negotiation.stop(a.negotiation.transceivers[0].id)
    try a.negotiate(with: &b)
    let before = a.negotiation.transports[0]
    _ = try a.negotiation.addTrack(.video, trackID: "window")
    let offer = try a.createOffer()
    #expect(try offer.sdp.media.map(\.isRejected) == [true, false, false])
    #expect(try offer.sdp.groups == [SDPGroup(semantics: "BUNDLE", mids: ["1", "2"])])
    #expect(try offer.sdp.media[2].iceUfrag == before.local.usernameFragment)
  }

  @Test(arguments: [true, false])
  func `a bundle whose first section ends moves to a new transport, as in browsers`(isOfferer: Bool) throws {
    var (a, b) = try connected()
    _ = try a.negotiation.addTrack(.audio, trackID: "sound", streams: ["desk"])
    try a.negotiate(with: &b)
    let (before, theirs) = (a.negotiation.transports, b.negotiation.transports)
    let sent = a.negotiation.media[1].send
    if isOfferer {
      try a.negotiation.stop(a.negotiation.transceivers[0].id)
      let offer = try a.offer()
      // The old one is kept until the answer.
      #expect(a.negotiation.transports.map(\.id.rawValue) == [0, 1])
      #expect(a.negotiation.transports[0] == before[0])
      #expect(a.negotiation.transports[1].mids == ["1"])
      #expect(try a.createOffer() == offer)
      // A rollback restores everything.
      var undone = a
      _ = try undone.negotiation.setLocal(.rollback)
      #expect(undone.negotiation.transports == before && undone.negotiation.transceivers[1].ssrc == sent?.ssrc)
      let answer = try b.answer(offer)
      _ = try a.negotiation.setRemote(.answer, answer)
    } else {
      try b.negotiation.stop(b.negotiation.transceivers[0].id)
      try b.negotiate(with: &a)
    }
    for (old, new) in [(before, a.negotiation.transports), (theirs, b.negotiation.transports)] {
      #expect(new.map(\.mids) == [["1"]])
      #expect(new[0].id != old[0].id && new[0].local != old[0].local && new[0].remote != nil)
      #expect(new[0].isControlling == old[0].isControlling)
    }
    #expect(Set([a.negotiation.transports[0].role, b.negotiation.transports[0].role]) == [.client, .server])
    // Its streams are new ones: their sequence numbers start again.
    #expect(a.negotiation.media[0].send?.ssrc != sent?.ssrc && a.negotiation.media[0].send?.rtxSSRC == nil)
    #expect(b.negotiation.media[0].receive?.ssrc == a.negotiation.media[0].send?.ssrc)
    #expect(a.restarts == 0 && b.restarts == 0)
    // Later offers keep the transport.
    let (now, sends) = (a.negotiation.transports, a.negotiation.media)
    try b.negotiate(with: &a)
    #expect(a.negotiation.transports == now && a.negotiation.media == sends)
  }

  @Test func `when a new section comes first, the bundle moves to a new transport`() throws {
    var (a, b) = try connected()
    _ = try a.negotiation.addTrack(.audio, trackID: "sound")
    try a.negotiate(with: &b)
    try a.negotiation.stop(a.negotiation.transceivers[0].id)
    try a.negotiate(with: &b)
    let before = b.negotiation.transports[0]
    // As Chromium offers.
    var offer = try a.createOffer().sdp
    let new = try Vectors.text("chromium-recvonly-maxbundle").sdp.media[1]
    offer.media[0] = try #require(MediaDescription.replacing(new, "a=mid:1", with: "a=mid:9"))
    let answer = try b.answer(offer.description.replacing("BUNDLE 1", with: "BUNDLE 9 1"))
    #expect(try answer.sdp.media.map(\.setup) == [.active, .active])
    #expect(b.negotiation.transports.count == 1)
    let after = b.negotiation.transports[0]
    #expect(after.id != before.id && after.local != before.local)
    #expect(after.mids == ["9", "1"])
    #expect(after.remote?.usernameFragment == new.iceUfrag)
  }

  @Test func `the other side may reuse a rejected section`() throws {
    var (a, b) = try connected()
    try a.negotiation.stop(a.negotiation.transceivers[0].id)
    try a.negotiate(with: &b)
    #expect(a.negotiation.media.isEmpty && a.negotiation.transports.isEmpty)
    // Nothing is left; the next section gets a new transport.
    _ = try b.negotiation.addTrack(.video, trackID: "back")
    let answer = try a.answer(try b.offer())
    _ = try b.negotiation.setRemote(.answer, answer)
    #expect(a.negotiation.media.map(\.direction) == [.recvonly])
    #expect(a.negotiation.media[0].mLineIndex == 0)
    #expect(a.negotiation.transports.count == 1 && a.negotiation.transports[0].id.rawValue == 1)
  }

  @Test func `an offer that moves or drops a section is refused`() throws {
    var (a, b) = try connected()
    _ = try a.negotiation.addTrack(.audio, trackID: "sound")
    try a.negotiate(with: &b)
    let offer = try a.createOffer()
    var swapped = try offer.sdp
    swapped.media.swapAt(0, 1)
    var shorter = try offer.sdp
    shorter.media.removeLast()
    shorter.lines = shorter.lines.map {
      $0.text.hasPrefix("a=group") ? SDPLine(.group(.init(semantics: "BUNDLE", mids: ["0"]))) : $0
    }
    for wrong in [swapped, shorter] {
      #expect(throws: NegotiationError.self) { try b.negotiation.setRemote(.offer, wrong.description) }
      #expect(b.negotiation.signalingState == .stable)
    }
    _ = try b.answer(offer)
  }

  @Test func `the ICE and DTLS roles stay the same when the other side offers`() throws {
    var (a, b) = try connected()
    _ = try b.negotiation.addTrack(.audio, trackID: "voice")
    let offer = try b.offer()
    #expect(try offer.sdp.media.allSatisfy { $0.setup == .actpass })
    let answer = try a.answer(offer)
    #expect(try answer.sdp.media.allSatisfy { $0.setup == .passive })
    _ = try b.negotiation.setRemote(.answer, answer)
    #expect(a.negotiation.transports[0].role == .server && b.negotiation.transports[0].role == .client)
    #expect(a.negotiation.transports[0].isControlling && !b.negotiation.transports[0].isControlling)
    // An answer that swaps them, as Chromium's does when a section comes before the bundle's first, has no effect.
    _ = try b.offer()
    _ = try b.negotiation.setRemote(.answer, answer.replacing("a=setup:passive", with: "a=setup:active"))
    #expect(b.negotiation.transports[0].role == .client)
  }

  @Test func `a changed direction is negotiated`() throws {
    var (a, b) = try connected()
    let id = b.negotiation.transceivers[0].id
    try b.negotiation.setDirection(id, .sendrecv)
    #expect(b.negotiation.isNegotiationNeeded)
    let change = try b.negotiate(with: &a)
    #expect(b.negotiation[id]?.currentDirection == .sendrecv)
    #expect(a.negotiation.media[0].receive != nil && a.negotiation.media[0].send != nil)
    #expect(change.tracks.isEmpty)
    #expect(!b.negotiation.isNegotiationNeeded && !a.negotiation.isNegotiationNeeded)
  }

  @Test func `a track in another stream is reported as moved`() throws {
    var (a, b) = try connected()
    try a.negotiation.setStreams(a.negotiation.transceivers[0].id, ["window"])
    #expect(a.negotiation.isNegotiationNeeded)
    let change = try b.negotiation.setRemote(.offer, try a.offer())
    #expect(change.tracks == [.moved(b.negotiation.transceivers[0].id, streams: ["window"])])
  }

  @Test func `a transceiver in no description is stopped without negotiation`() throws {
    var (a, b) = try connected()
    let id = try a.negotiation.addTransceiver(.audio)
    try a.negotiation.stop(id)
    #expect(!a.negotiation.isNegotiationNeeded)
    #expect(a.negotiation[id]?.isStopped == true)
    try a.negotiate(with: &b)
    #expect(a.negotiation[id] == nil)
    #expect(try a.createOffer().sdp.media.count == 1)
  }

  @Test func `a hundred tracks added and removed in turn leave two sections`() throws {
    var (a, b) = try connected()
    for number in 0..<100 {
      let id = try a.negotiation.addTransceiver(.audio, direction: .sendonly, trackID: "sound \(number)")
      try a.negotiate(with: &b)
      try a.negotiation.stop(id)
      try a.negotiate(with: &b)
    }
    let offer = try a.createOffer()
    #expect(try offer.sdp.media.count == 2)
    for peer in [a, b] {
      #expect(peer.negotiation.transceivers.count == 1 && peer.negotiation.transports.count == 1)
    }
  }
}

extension MediaDescription {
  /// The section with a line replaced, and without header extensions.
  fileprivate static func replacing(_ section: MediaDescription, _ text: String, with other: String)
    -> MediaDescription?
  {
    let head = "v=0\r\no=- 1 1 IN IP4 127.0.0.1\r\ns=-\r\nt=0 0\r\n"
    let lines = section.lines.map(\.text).filter { !$0.hasPrefix("a=extmap:") }.map { $0 == text ? other : $0 }
    return try? SessionDescription(parsing: head + lines.joined(separator: "\r\n")).media[0]
  }
}
