import RTCProtocol
import Testing

@Suite struct OfferAnswerTests {
  @Test func `sound and pictures that one side sends come to what both can do`() throws {
    var a = Peer("alice", seed: 1)
    var b = Peer("bob", seed: 2)
    _ = try a.negotiation.addTransceiver(.audio, direction: .sendonly, trackID: "sound", streams: ["desk"])
    _ = try a.negotiation.addTransceiver(.video, direction: .sendonly, trackID: "screen", streams: ["desk"])
    let offer = try a.offer()
    let answer = try b.answer(offer)
    let change = try a.negotiation.setRemote(.answer, answer)
    #expect(change.isAgreed)
    #expect(a.negotiation.signalingState == .stable)
    #expect(a.negotiation.media.map(\.direction) == [.sendonly, .sendonly])
    #expect(b.negotiation.media.map(\.direction) == [.recvonly, .recvonly])
    #expect(!a.negotiation.isNegotiationNeeded)
    #expect(!b.negotiation.isNegotiationNeeded)
  }
}
