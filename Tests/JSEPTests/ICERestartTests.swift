import RTP
import JSEP
import Testing

@Suite struct ICERestartTests {
  private func connected() throws -> (Peer, Peer) {
    var a = Peer("alice", seed: 1)
    var b = Peer("bob", seed: 2)
    _ = try a.negotiation.addTrack(.video, trackID: "screen")
    try a.negotiate(with: &b)
    return (a, b)
  }

  @Test(arguments: [true, false])
  func `a restart gives both sides new credentials and changes nothing else`(byOption: Bool) throws {
    var (a, b) = try connected()
    let (before, theirs) = (a.negotiation.transports[0], b.negotiation.transports[0])
    if !byOption {
      a.negotiation.restartICE()
      #expect(a.negotiation.isNegotiationNeeded)
    }
    let change = try a.negotiate(with: &b, RTCOfferOptions(iceRestart: byOption))
    let (after, others) = (a.negotiation.transports[0], b.negotiation.transports[0])
    #expect(after.id == before.id && others.id == theirs.id)
    #expect(after.local != before.local && after.remote != before.remote)
    #expect(others.local == after.remote && others.remote == after.local)
    #expect(after.role == before.role && after.isControlling == before.isControlling)
    #expect(change.abandonedRestarts.isEmpty)
    #expect(a.restarts == 1 && b.restarts == 1)
    #expect(!a.negotiation.isNegotiationNeeded)
    // The next offer restarts nothing.
    try a.negotiate(with: &b)
    #expect(a.negotiation.transports[0] == after)
    #expect(a.restarts == 1 && b.restarts == 1)
  }

  @Test func `repeated createOffer calls restart a transport once`() throws {
    var (a, b) = try connected()
    let first = try a.createOffer(RTCOfferOptions(iceRestart: true))
    #expect(try a.createOffer(RTCOfferOptions(iceRestart: true)) == first)
    #expect(a.restarts == 1)
    _ = try a.negotiation.setLocal(.offer, first)
    let answer = try b.answer(first)
    _ = try a.negotiation.setRemote(.answer, answer)
    #expect(a.restarts == 1 && b.restarts == 1)
  }

  @Test func `a restart that is not in the set offer is abandoned`() throws {
    var (a, _) = try connected()
    let before = a.negotiation.transports
    _ = try a.createOffer(RTCOfferOptions(iceRestart: true))
    let change = try a.negotiation.setLocal(.offer, try a.createOffer())
    #expect(change.abandonedRestarts == before.map(\.id))
    #expect(a.negotiation.transports == before)
  }

  @Test func `a restart is offered again after a rollback`() throws {
    var (a, b) = try connected()
    let before = a.negotiation.transports
    a.negotiation.restartICE()
    try a.offer()
    let change = try a.negotiation.setLocal(.rollback)
    #expect(change.abandonedRestarts == before.map(\.id))
    #expect(a.negotiation.transports == before)
    #expect(a.negotiation.isNegotiationNeeded)
    try a.negotiate(with: &b)
    #expect(a.negotiation.transports[0].local != before[0].local)
    #expect(!a.negotiation.isNegotiationNeeded)
  }

  @Test func `the old credentials stay in use until the answer is set`() throws {
    var (a, b) = try connected()
    let before = b.negotiation.transports[0]
    _ = try b.negotiation.setRemote(.offer, try a.offer(RTCOfferOptions(iceRestart: true)))
    #expect(b.negotiation.transports == [before])
    let answer = try b.createAnswer()
    #expect(b.negotiation.transports == [before])
    #expect(b.restarts == 1)
    _ = try b.negotiation.setLocal(.answer, answer)
    #expect(b.negotiation.transports[0].local != before.local && b.negotiation.transports[0].remote != before.remote)
  }

  @Test func `a restart before the first negotiation does nothing`() throws {
    var a = Peer("alice", seed: 1)
    a.negotiation.restartICE()
    #expect(!a.negotiation.isNegotiationNeeded)
    _ = try a.negotiation.addTrack(.video, trackID: "x")
    try a.offer(RTCOfferOptions(iceRestart: true))
    #expect(a.restarts == 0)
  }
}
