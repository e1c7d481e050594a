import RTP
import SDP
import JSEP
import Testing

/// What is wrong with a remote description, and under which name it is refused, without any effect.
@Suite struct RefusalTests {
  /// What a peer does wrong to a description.
  struct Fault: Sendable, CustomTestStringConvertible {
    var name: String
    var change: @Sendable (String) -> String
    var testDescription: String { name }

    init(_ name: String, _ change: @escaping @Sendable (String) -> String) {
      self.name = name
      self.change = change
    }
  }

  private static func offer() throws -> String {
    var a = Peer("alice", seed: 1)
    _ = try a.negotiation.addTrack(.audio, trackID: "sound", streams: ["desk"])
    _ = try a.negotiation.addTrack(.video, trackID: "screen", streams: ["desk"])
    return try a.offer()
  }

  @Test(arguments: [
    Fault("no credentials") { $0.dropping("a=ice-ufrag") },
    Fault("no password") { $0.dropping("a=ice-pwd") },
    Fault("no fingerprint") { $0.dropping("a=fingerprint") },
    Fault("a bundle without rtcp-mux") { $0.dropping("a=rtcp-mux") },
    Fault("a bundle of strangers") { $0.replacing("BUNDLE 0 1", with: "BUNDLE 0 7") },
    Fault("a section bundled twice") { $0.replacing("BUNDLE 0 1", with: "BUNDLE 0 1 1") },
    Fault("two sections of one name") {
      $0.replacing("a=mid:1", with: "a=mid:0").replacing("BUNDLE 0 1", with: "BUNDLE 0")
    },
    Fault("colliding extmap ids") { $0.replacing("a=extmap:2 ", with: "a=extmap:1 ") },
    Fault("colliding extmap ids in the bundle") { $0.replacing("a=extmap:6 ", with: "a=extmap:1 ") },
    Fault("a source twice in a group") { $0.replacing(/FID (\d+) \d+/) { "FID \($0.1) \($0.1)" } },
    Fault("a source in two sections") { $0 + "a=ssrc:3501904090 cname:x\r\n" },
    Fault("bundle-only in no bundle") {
      $0.dropping("BUNDLE").replacing("a=mid:1", with: "a=mid:1\r\na=bundle-only").replacing(
        "m=video 9", with: "m=video 0")
    },
    Fault("a connection held back") { $0.replacing("setup:actpass", with: "setup:holdconn") },
  ])
  func `an offer that contradicts itself or lacks something is an InvalidAccessError`(
    fault: Fault
  ) throws {
    let offer = try Self.offer()
    #expect(offer.contains("a=ssrc:3501904090 "))
    #expect(fault.change(offer) != offer, "\(fault.name)")
    var b = Peer("bob", seed: 2)
    let error = #expect(throws: NegotiationError.self, "\(fault.name)") {
      try b.negotiation.setRemote(.offer, fault.change(offer))
    }
    #expect(error?.name == "InvalidAccessError", "\(fault.name): \(String(describing: error))")
    #expect(b.negotiation.signalingState == .stable && b.negotiation.transceivers.isEmpty)
    _ = try b.answer(offer)
  }

  @Test(arguments: [
    Fault("a section less") { $0.components(before: "m=video").replacing("BUNDLE 0 1", with: "BUNDLE 0") },
    Fault("a section more") { $0 + "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\n" },
    Fault("another order") {
      $0.replacing("m=audio", with: "m=x").replacing("m=video", with: "m=audio").replacing("m=x", with: "m=video")
    },
    Fault("another name") { $0.replacing("a=mid:1", with: "a=mid:2").replacing("BUNDLE 0 1", with: "BUNDLE 0 2") },
    Fault("an open DTLS role") { $0.replacing("setup:active", with: "setup:actpass") },
    Fault("a codec that was not offered") { $0.replacing("VP8", with: "VP9") },
    Fault("a header extension that was not offered") { $0.replacing("a=extmap:5 ", with: "a=extmap:13 ") },
    Fault("a larger bundle") { $0.replacing("BUNDLE 0 1", with: "BUNDLE 0 1 2") },
    Fault("no rtcp-mux") { $0.dropping("a=rtcp-mux").dropping("BUNDLE") },
    Fault("no credentials") { $0.dropping("a=ice-") },
    Fault("no fingerprint") { $0.dropping("a=fingerprint") },
  ])
  func `an answer that is none to the offer is an InvalidAccessError`(
    fault: Fault
  ) throws {
    var a = Peer("alice", seed: 1)
    _ = try a.negotiation.addTrack(.audio, trackID: "sound", streams: ["desk"])
    _ = try a.negotiation.addTrack(.video, trackID: "screen", streams: ["desk"])
    var b = Peer("bob", seed: 2)
    let answer = try b.answer(try a.offer())
    #expect(fault.change(answer) != answer, "\(fault.name)")
    let error = #expect(throws: NegotiationError.self, "\(fault.name)") {
      try a.negotiation.setRemote(.answer, fault.change(answer))
    }
    #expect(error?.name == "InvalidAccessError", "\(fault.name): \(String(describing: error))")
    #expect(a.negotiation.signalingState == .haveLocalOffer && a.negotiation.media.isEmpty)
    _ = try a.negotiation.setRemote(.answer, answer)
  }

  @Test func `no SDP is an RTCError with the line`() throws {
    var b = Peer("bob", seed: 2)
    let error = #expect(throws: NegotiationError.self) {
      try b.negotiation.setRemote(.offer, try Self.offer().replacing("a=setup:actpass", with: "a=setup:perhaps"))
    }
    #expect(error?.name == "RTCError")
    guard case .syntax(let problem) = error else { return }
    #expect(problem == SDPError(line: 15, .malformed("a=setup")))
    #expect(problem.description == "Line 15 of the session description: a=setup is malformed")
  }

  @Test func `an answer's section that the offer has in a bundle only may not leave it`() throws {
    var a = Peer("alice", seed: 1, bundlePolicy: .maxBundle)
    _ = try a.negotiation.addTrack(.audio, trackID: "sound")
    _ = try a.negotiation.addTrack(.video, trackID: "screen")
    let offer = try a.offer()
    #expect(try offer.sdp.media.map(\.isBundleOnly) == [false, true])
    var b = Peer("bob", seed: 2)
    let answer = try b.answer(offer)
    #expect(throws: NegotiationError.self) {
      try a.negotiation.setRemote(.answer, answer.replacing("BUNDLE 0 1", with: "BUNDLE 0"))
    }
    _ = try a.negotiation.setRemote(.answer, answer)
  }

  @Test func `without credentials nothing is offered`() throws {
    var peer = Peer("alice", seed: 1)
    _ = try peer.negotiation.addTrack(.video, trackID: "x")
    let error = #expect(throws: NegotiationError.self) { try peer.negotiation.createOffer { _, _ in nil } }
    #expect(error?.name == "OperationError")
  }
}

extension String {
  fileprivate func components(before text: String) -> String {
    firstRange(of: text).map { String(self[..<$0.lowerBound]) } ?? self
  }
}
