import RTP
import SDP
import JSEP
import Testing

@Suite struct CandidateTests {
  private func line(_ port: Int, ufrag: String? = nil) -> String {
    "candidate:1 1 udp 2113937151 192.0.2.1 \(port) typ host" + (ufrag.map { " ufrag \($0)" } ?? "")
  }

  private func local(_ port: UInt16, _ address: String = "192.0.2.9", _ kind: ICECandidate.Kind = .host) -> ICECandidate
  {
    ICECandidate(foundation: "1", transport: .udp, priority: 1, address: address, port: port, kind: kind)
  }

  /// Two peers, of which the second has the first one's offer and has not answered yet.
  private func offered() throws -> (Peer, Peer) {
    var a = Peer("alice", seed: 1)
    var b = Peer("bob", seed: 2)
    _ = try a.negotiation.addTrack(.audio, trackID: "sound")
    _ = try a.negotiation.addTrack(.video, trackID: "screen")
    _ = try b.negotiation.setRemote(.offer, try a.offer())
    return (a, b)
  }

  @Test func `candidates before the answer are kept, and used with it`() throws {
    var (_, b) = try offered()
    #expect(try b.negotiation.addRemoteCandidate(line(1), mid: "0", mLineIndex: nil).candidates.isEmpty)
    #expect(try b.negotiation.addRemoteCandidate(line(2), mid: nil, mLineIndex: 0).candidates.isEmpty)
    // For a section that will share the first one's transport.
    #expect(try b.negotiation.addRemoteCandidate(line(3), mid: "1", mLineIndex: 1).candidates.isEmpty)
    #expect(b.negotiation.remoteDescription?.sdp.media.map(\.candidates.count) == [2, 1])
    let change = try b.negotiation.setLocal(.answer, try b.createAnswer())
    #expect(change.candidates.map(\.candidate.port) == [1, 2])
    #expect(change.candidates.allSatisfy { $0.usernameFragment == "alice0G0" })
    #expect(change.candidates.map(\.transport) == [b.negotiation.transports[0].id, b.negotiation.transports[0].id])
    // From now on each candidate is used at once, and only once.
    let result = try b.negotiation.addRemoteCandidate(line(4), mid: "0", mLineIndex: nil)
    #expect(result.candidates.map(\.candidate.port) == [4])
    #expect(try b.negotiation.addRemoteCandidate(line(4), mid: "0", mLineIndex: nil).candidates.isEmpty)
    #expect(try b.negotiation.addRemoteCandidate(line(1), mid: "0", mLineIndex: nil).candidates.isEmpty)
  }

  @Test func `candidates in the answer are used`() throws {
    var (a, b) = try offered()
    let answer = try b.createAnswer().replacing("a=mid:0", with: "a=\(line(7))\r\na=end-of-candidates\r\na=mid:0")
    let change = try a.negotiation.setRemote(.answer, answer)
    #expect(change.candidates.map(\.candidate.port) == [7])
    #expect(change.endsOfCandidates == [a.negotiation.transports[0].id])
  }

  @Test func `at most twenty candidates are used, the others counted`() throws {
    var (_, b) = try offered()
    for port in 1...15 { _ = try b.negotiation.addRemoteCandidate(line(port), mid: "0", mLineIndex: nil) }
    let change = try b.negotiation.setLocal(.answer, try b.createAnswer())
    #expect(change.candidates.count == 15)
    var count = 0
    for port in 16...1000 {
      count += try b.negotiation.addRemoteCandidate(line(port), mid: "0", mLineIndex: nil).candidates.count
    }
    #expect(count == 5)
    #expect(b.negotiation.ignoredRemoteCandidates == 980)
    #expect(b.negotiation.remoteDescription?.sdp.media[0].candidates.count == 20)
  }

  @Test func `of a description with a thousand candidates twenty are used`() throws {
    var a = Peer("alice", seed: 1)
    var b = Peer("bob", seed: 2)
    _ = try a.negotiation.addTrack(.video, trackID: "screen")
    let lines = (1...1000).map { "a=\(line($0))\r\n" }.joined()
    _ = try b.negotiation.setRemote(.offer, try a.offer() + lines)
    let change = try b.negotiation.setLocal(.answer, try b.createAnswer())
    #expect(change.candidates.count == 20)
    #expect(b.negotiation.ignoredRemoteCandidates == 980)
  }

  @Test func `unusable candidates are ignored and do not count`() throws {
    var (_, b) = try offered()
    _ = try b.negotiation.setLocal(.answer, try b.createAnswer())
    for unusable in [
      "candidate:1 2 udp 1 192.0.2.1 5 typ host", "candidate:1 1 sctp 1 192.0.2.1 5 typ host",
      "candidate:1 1 udp 1 192.0.2.1 5 typ mirror",
    ] {
      #expect(try b.negotiation.addRemoteCandidate(unusable, mid: "0", mLineIndex: nil).candidates.isEmpty)
    }
    #expect(b.negotiation.remoteDescription?.sdp.media[0].candidates.isEmpty == true)
  }

  @Test func `a repeated end of candidates is reported once`() throws {
    var (_, b) = try offered()
    _ = try b.negotiation.setLocal(.answer, try b.createAnswer())
    let transport = b.negotiation.transports[0].id
    #expect(try b.negotiation.addRemoteCandidate("", mid: "0", mLineIndex: nil).ends == [transport])
    #expect(try b.negotiation.addRemoteCandidate("", mid: nil, mLineIndex: nil).ends.isEmpty)
    #expect(b.negotiation.remoteDescription?.sdp.media[0].hasEndOfCandidates == true)
  }

  @Test func `a candidate belongs to the credentials that its ufrag names`() throws {
    var (a, b) = try offered()
    let answer = try b.createAnswer()
    _ = try b.negotiation.setLocal(.answer, answer)
    _ = try a.negotiation.setRemote(.answer, answer)
    _ = try b.negotiation.setRemote(.offer, try a.offer(RTCOfferOptions(iceRestart: true)))
    // A candidate for the old credentials is used at once, one for the new ones with the answer.
    let old = try b.negotiation.addRemoteCandidate(line(1, ufrag: "alice0G0"), mid: "0", mLineIndex: nil)
    #expect(old.candidates.map(\.candidate.port) == [1])
    let new = try b.negotiation.addRemoteCandidate(line(2), mid: "0", mLineIndex: nil, usernameFragment: "alice0G1")
    #expect(new.candidates.isEmpty)
    let change = try b.negotiation.setLocal(.answer, try b.createAnswer())
    #expect(change.candidates.map(\.candidate.port) == [2])
    #expect(change.candidates.map(\.usernameFragment) == ["alice0G1"])
    // The limit starts again.
    for port in 3...21 {
      #expect(try b.negotiation.addRemoteCandidate(line(port), mid: "0", mLineIndex: nil).candidates.count == 1)
    }
    #expect(try b.negotiation.addRemoteCandidate(line(22), mid: "0", mLineIndex: nil).candidates.isEmpty)
  }

  @Test(
    arguments: [
      ("candidate:x", "0", nil, nil, "OperationError"), ("", "9", nil, nil, "OperationError"),
      ("", nil, 9, nil, "OperationError"), ("", nil, -1, nil, "OperationError"),
      ("candidate:1 1 udp 1 192.0.2.1 5 typ host", nil, nil, nil, "TypeError"),
      ("candidate:1 1 udp 1 192.0.2.1 5 typ host", "0", nil, "nobody", "OperationError"),
      ("candidate:1 1 udp 1 192.0.2.1 5 typ host ufrag nobody", "0", nil, nil, "OperationError"),
      ("", nil, nil, "nobody", "OperationError"),
    ] as [(String, String?, Int?, String?, String)])
  func `a candidate for no known section or credentials is refused with the W3C error`(
    text: String, mid: String?, index: Int?, fragment: String?, name: String
  ) throws {
    var (_, b) = try offered()
    let error = #expect(throws: NegotiationError.self) {
      try b.negotiation.addRemoteCandidate(text, mid: mid, mLineIndex: index, usernameFragment: fragment)
    }
    #expect(error?.name == name)
    #expect(b.negotiation.remoteDescription?.sdp.media[0].candidates.isEmpty == true)
  }

  @Test func `a candidate before any description is an InvalidStateError`() {
    var peer = Peer("alice", seed: 1)
    let error = #expect(throws: NegotiationError.self) {
      try peer.negotiation.addRemoteCandidate(line(1), mid: "0", mLineIndex: nil)
    }
    #expect(error?.name == "InvalidStateError")
  }

  @Test func `gathered candidates are in the local description, the preferred one as its address`() throws {
    var (a, _) = try offered()
    let transports = a.negotiation.transports
    let (first, second) = (transports[0], transports[1])
    let candidate = a.negotiation.addLocalCandidate(
      local(5000), usernameFragment: first.local.usernameFragment, transport: first.id)
    #expect(candidate?.sdpMid == "0" && candidate?.sdpMLineIndex == 0)
    #expect(candidate?.candidate == "candidate:1 1 udp 1 192.0.2.9 5000 typ host ufrag alice0G0")
    var reflexive = local(6000, "203.0.113.5", .serverReflexive)
    reflexive.relatedAddress = "192.0.2.9"
    reflexive.relatedPort = 5000
    _ = a.negotiation.addLocalCandidate(
      reflexive, usernameFragment: first.local.usernameFragment, transport: first.id)
    _ = a.negotiation.addLocalCandidate(
      local(7000, "fd00::1"), usernameFragment: second.local.usernameFragment, transport: second.id)
    let end = a.negotiation.endLocalCandidates(
      usernameFragment: first.local.usernameFragment, transport: first.id)
    #expect(end?.candidate == "" && end?.sdpMid == "0")
    let description = try #require(a.negotiation.localDescription?.sdp)
    #expect(description.media.map(\.candidates.count) == [2, 1])
    #expect(description.media.map(\.hasEndOfCandidates) == [true, false])
    #expect(description.media[0].media.port == 6000)
    #expect(description.media[0].connection == SDPAddress("203.0.113.5"))
    #expect(description.media[1].media.port == 9)
    try OfferRules.check(description.description, isOffer: true)
    #expect(a.negotiation.addLocalCandidate(local(1), usernameFragment: "gone", transport: first.id) == nil)
  }

  @Test func `candidates of a removed transport are removed`() throws {
    var (a, b) = try offered()
    let transports = a.negotiation.transports
    for transport in transports {
      _ = a.negotiation.addLocalCandidate(
        local(5000), usernameFragment: transport.local.usernameFragment, transport: transport.id)
    }
    let answer = try b.createAnswer()
    _ = try a.negotiation.setRemote(.answer, answer)
    // The first section's transport is the bundle's.
    #expect(a.negotiation.localDescription?.sdp.media.map(\.candidates.count) == [1, 1])
    _ = try b.negotiation.setLocal(.answer, answer)
    try a.negotiate(with: &b)
    #expect(a.negotiation.localDescription?.sdp.media.map(\.candidates.count) == [1, 0])
  }

  @Test func `a candidate with a line break is refused`() throws {
    var (_, b) = try offered()
    let text = "candidate:1 1 udp 1 192.0.2.1 5 typ host x \r\na=evil"
    #expect(throws: NegotiationError.self) {
      try b.negotiation.addRemoteCandidate(text, mid: "0", mLineIndex: nil)
    }
  }
}
