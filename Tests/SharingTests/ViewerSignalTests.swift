import JSEP
import SDP
import Harness
import Media
import RTP
import RoomProtocol
import Testing
import WebRTC

@testable import Sharing

/// Signals from a viewer and their effect.
extension ScreenShareViewerTests {
  private func directions(in sdp: String) -> [Substring] {
    sdp.split(whereSeparator: \.isNewline).filter {
      ["a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"].contains($0)
    }
  }

  @Test func `the offer is sendonly`() async throws {
    let (viewer, reports) = try viewer()
    try await eventually("the offer") { reports.offer != nil }
    #expect(directions(in: try #require(reports.offer)) == ["a=sendonly"])
    viewer.close()
  }

  @Test func `an offer of the page's camera and microphone is answered sendonly and inactive`() async throws {
    let (viewer, reports) = try viewer(makesOffer: false)
    let peer = try RTCPeerConnection(.loopback)
    for kind in [MediaStreamTrack.Kind.video, .audio, .video] { try peer.addTransceiver(kind) }
    try peer.setLocalDescription()
    viewer.receive(RoomSignal(.offer(sdp: try #require(peer.localDescription?.sdp))))
    guard case .answer(let sdp)? = reports.signals.first?.content else {
      Issue.record("\(reports.signals)")
      return
    }
    #expect(directions(in: sdp) == ["a=sendonly", "a=inactive", "a=inactive"])
    try peer.setRemoteDescription(RTCSessionDescriptionInit(type: .answer, sdp: sdp))
    #expect(peer.getTransceivers().map(\.currentDirection) == [.recvonly, .inactive, .inactive])
    viewer.close()
    peer.close()
  }

  @Test func `a sendonly offer is answered inactive, and the picture is offered besides`() async throws {
    let (viewer, reports) = try viewer(makesOffer: false)
    let peer = try RTCPeerConnection(.loopback)
    try peer.addTransceiver(.video, .init(direction: .sendonly))
    try peer.setLocalDescription()
    viewer.receive(RoomSignal(.offer(sdp: try #require(peer.localDescription?.sdp))))
    try await eventually("an offer") { reports.offer != nil }
    #expect(directions(in: try #require(reports.offer)).filter { $0 != "a=inactive" } == ["a=sendonly"])
    viewer.close()
    peer.close()
  }

  @Test func `candidates that arrive before the answer are used after it`() async throws {
    let (viewer, reports) = try viewer()
    try await eventually("the offer and its candidates") { reports.isGathered }
    let peer = try RTCPeerConnection(.loopback)
    let events = peer.events
    let answer = try answer(to: try #require(reports.offer), of: peer)
    for await event in events {
      guard case .icecandidate(let candidate?) = event else { continue }
      // The peer has no candidates of this side, so without its own there is no connection.
      viewer.receive(
        RoomSignal(
          .candidate(
            RoomCandidate(label: candidate.sdpMLineIndex, id: candidate.sdpMid, candidate: candidate.candidate))))
      if candidate.candidate.isEmpty { break }
    }
    #expect(viewer.signaling.earlyCandidates.count >= 2 && reports.warnings.isEmpty)
    viewer.receive(RoomSignal(.answer(sdp: withoutCandidates(answer))))
    try await eventually("the connection", within: 20) { viewer.isConnected }
    #expect(reports.warnings.isEmpty)
    viewer.close()
    peer.close()
  }

  private func withoutCandidates(_ sdp: String) -> String {
    sdp.split(separator: "\r\n").filter { !$0.hasPrefix("a=candidate:") && !$0.hasPrefix("a=end-of-candidates") }
      .joined(separator: "\r\n") + "\r\n"
  }

  @Test func `of 5000 candidates before the answer 64 are kept`() throws {
    let (viewer, reports) = try viewer()
    for number in 1...5000 {
      viewer.receive(
        RoomSignal(
          .candidate(
            RoomCandidate(label: 0, id: "0", candidate: "candidate:\(number) 1 udp \(number) 192.0.2.1 9 typ host"))))
    }
    #expect(viewer.signaling.earlyCandidates.count == 64 && reports.warnings.isEmpty)
    viewer.close()
  }

  @Test func `of 50 restart requests a second one in five seconds is granted`() async throws {
    let (viewer, reports) = try viewer()
    try await eventually("the offer and its candidates") { reports.isGathered }
    let peer = try RTCPeerConnection(.loopback)
    var answered = 0
    /// Answers what has been offered, so that the next restart could begin.
    func answerAll() throws {
      for offer in reports.offers.dropFirst(answered) {
        answered += 1
        viewer.receive(RoomSignal(.answer(sdp: try answer(to: offer, of: peer))))
      }
    }
    try answerAll()
    for _ in 0..<50 { viewer.receive(RoomSignal(.restart)) }
    try await eventually("the first restart") { reports.offers.count == 2 }
    // A minute of 50 requests a second.
    for second in 1...60 {
      for _ in 0..<50 {
        viewer.receive(RoomSignal(.restart))
        try answerAll()
      }
      viewer.second()
      // The offer comes a turn of the thread later. At least five seconds are six where the first has begun already.
      try await eventually("the offer of second \(second)") { reports.offers.count >= 2 + second / 6 }
    }
    #expect(reports.offers.count == 12)
    viewer.close()
    peer.close()
  }

  @Test func `of 200 restart offers at once the last is answered after five seconds`() async throws {
    let (viewer, reports) = try viewer(makesOffer: false)
    let peer = try RTCPeerConnection(.loopback)
    try peer.addTransceiver(.video, .init(direction: .recvonly))
    let first = try peer.createOffer().sdp
    peer.close()
    var answers: Int {
      reports.signals.count { if case .answer = $0.content { true } else { false } }
    }
    for number in 100..<300 {
      let other = first.replacing(/a=ice-ufrag:\S+/, with: "a=ice-ufrag:frag\(number)")
      viewer.receive(RoomSignal(.offer(sdp: other)))
      // The same offer again is no restart.
      viewer.receive(RoomSignal(.offer(sdp: other)))
    }
    #expect(viewer.signaling.heldOffer?.contains("a=ice-ufrag:frag299") == true)
    let early = answers
    #expect(early <= 4)
    for _ in 0..<6 { viewer.second() }
    #expect(viewer.signaling.heldOffer == nil && answers == early + 1 && reports.warnings.isEmpty)
    viewer.close()
  }

  @Test func `of 50 ICE servers' errors 32 are kept`() async throws {
    var configuration = RTCConfiguration.loopback
    configuration.iceServers = (1...50).map { RTCIceServer(urls: ["stun:127.0.0.1:\($0)"]) }
    let (viewer, reports) = try viewer(configuration: configuration)
    try await eventually("the end of gathering", within: 30) { reports.isGathered }
    #expect(viewer.diagnosis.serverErrors.count == 32)
    viewer.close()
  }
}
