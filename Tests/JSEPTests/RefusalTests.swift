import RTP
import SDP
import JSEP
import Testing

/// Invalid remote descriptions are refused with the W3C error name, and change nothing.
@Suite struct RefusalTests {
  /// An invalid change of a description.
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
    Fault("an unknown MID in the bundle") { $0.replacing("BUNDLE 0 1", with: "BUNDLE 0 7") },
    Fault("a section bundled twice") { $0.replacing("BUNDLE 0 1", with: "BUNDLE 0 1 1") },
    Fault("two sections with one MID") {
      $0.replacing("a=mid:1", with: "a=mid:0").replacing("BUNDLE 0 1", with: "BUNDLE 0")
    },
    Fault("colliding extmap ids") { $0.replacing("a=extmap:2 ", with: "a=extmap:1 ") },
    Fault("colliding extmap ids in the bundle") { $0.replacing("a=extmap:6 ", with: "a=extmap:1 ") },
    Fault("an SSRC twice in a group") { $0.replacing(/FID (\d+) \d+/) { "FID \($0.1) \($0.1)" } },
    Fault("an SSRC in two sections") { $0 + "a=ssrc:3501904090 cname:x\r\n" },
    Fault("bundle-only outside a bundle") {
      $0.dropping("BUNDLE").replacing("a=mid:1", with: "a=mid:1\r\na=bundle-only").replacing(
        "m=video 9", with: "m=video 0")
    },
    Fault("setup:holdconn") { $0.replacing("setup:actpass", with: "setup:holdconn") },
  ])
  func `an inconsistent or incomplete offer is an InvalidAccessError`(
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
    Fault("a missing section") { $0.components(before: "m=video").replacing("BUNDLE 0 1", with: "BUNDLE 0") },
    Fault("an additional section") { $0 + "m=audio 0 UDP/TLS/RTP/SAVPF 111\r\n" },
    Fault("another order") {
      $0.replacing("m=audio", with: "m=x").replacing("m=video", with: "m=audio").replacing("m=x", with: "m=video")
    },
    Fault("another MID") { $0.replacing("a=mid:1", with: "a=mid:2").replacing("BUNDLE 0 1", with: "BUNDLE 0 2") },
    Fault("setup:actpass") { $0.replacing("setup:active", with: "setup:actpass") },
    Fault("a codec that was not offered") { $0.replacing("VP8", with: "VP9") },
    Fault("a header extension that was not offered") { $0.replacing("a=extmap:5 ", with: "a=extmap:13 ") },
    Fault("a larger bundle") { $0.replacing("BUNDLE 0 1", with: "BUNDLE 0 1 2") },
    Fault("no rtcp-mux") { $0.dropping("a=rtcp-mux").dropping("BUNDLE") },
    Fault("no credentials") { $0.dropping("a=ice-") },
    Fault("no fingerprint") { $0.dropping("a=fingerprint") },
  ])
  func `an answer that does not match the offer is an InvalidAccessError`(
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

  @Test func `invalid SDP is an RTCError with the line number`() throws {
    var b = Peer("bob", seed: 2)
    let error = #expect(throws: NegotiationError.self) {
      try b.negotiation.setRemote(.offer, try Self.offer().replacing("a=setup:actpass", with: "a=setup:perhaps"))
    }
    #expect(error?.name == "RTCError")
    guard case .syntax(let problem) = error else { return }
    #expect(problem == SDPError(line: 15, .malformed("a=setup")))
    #expect(problem.description == "Line 15 of the session description: a=setup is malformed")
  }

  @Test func `an answer that removes a bundle-only section from the bundle is refused`() throws {
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

  @Test func `createOffer without ICE credentials is an OperationError`() throws {
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
