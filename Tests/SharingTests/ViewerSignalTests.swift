import JSEP
import SDP
import Harness
import Media
import RTP
import RoomProtocol
import Testing
import WebRTC

@testable import Sharing

/// What a viewer's connection makes of what its peer says.
extension ScreenShareViewerTests {
  private func directions(in sdp: String) -> [Substring] {
    sdp.split(whereSeparator: \.isNewline).filter {
      ["a=sendrecv", "a=sendonly", "a=recvonly", "a=inactive"].contains($0)
    }
  }

  @Test func `an offer takes nothing of the viewer's camera and microphone`() async throws {
    let (viewer, reports) = try viewer()
    try await eventually("the offer") { reports.offer != nil }
    #expect(directions(in: try #require(reports.offer)) == ["a=sendonly"])
    viewer.close()
  }

  @Test func `an answer to a page with a camera and a microphone sends the picture, and takes neither`() async throws {
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

  @Test func `what a page only sends is refused, and the picture is offered beside it`() async throws {
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

  @Test func `candidates that come before the answer are used once it is there`() async throws {
    let (viewer, reports) = try viewer()
    try await eventually("the offer and its candidates") { reports.isGathered }
    let peer = try RTCPeerConnection(.loopback)
    let events = peer.events
    let answer = try answer(to: try #require(reports.offer), of: peer)
    for await event in events {
      guard case .icecandidate(let candidate?) = event else { continue }
      // The peer knows no address of this side: without its own there is no way.
      viewer.receive(
        RoomSignal(
          .candidate(
            RoomCandidate(label: candidate.sdpMLineIndex, id: candidate.sdpMid, candidate: candidate.candidate))))
      if candidate.candidate.isEmpty { break }
    }
    #expect(viewer.earlyCandidates.count >= 2 && reports.warnings.isEmpty)
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

  @Test func `of candidates that come before the answer 64 are kept`() throws {
    let (viewer, reports) = try viewer()
    for number in 1...5000 {
      viewer.receive(
        RoomSignal(
          .candidate(
            RoomCandidate(label: 0, id: "0", candidate: "candidate:\(number) 1 udp \(number) 192.0.2.1 9 typ host"))))
    }
    #expect(viewer.earlyCandidates.count == 64 && reports.warnings.isEmpty)
    viewer.close()
  }

  @Test func `a viewer that asks for a restart all the time gets one in five seconds`() async throws {
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

  @Test func `a viewer that offers other credentials all the time is answered once in five seconds`() async throws {
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
      // The same again asks for nothing new.
      viewer.receive(RoomSignal(.offer(sdp: other)))
    }
    #expect(viewer.heldOffer?.contains("a=ice-ufrag:frag299") == true)
    let early = answers
    #expect(early <= 4)
    for _ in 0..<6 { viewer.second() }
    #expect(viewer.heldOffer == nil && answers == early + 1 && reports.warnings.isEmpty)
    viewer.close()
  }

  @Test func `errors of ICE servers are kept of a few`() async throws {
    var configuration = RTCConfiguration.loopback
    configuration.iceServers = (1...50).map { RTCIceServer(urls: ["stun:127.0.0.1:\($0)"]) }
    let (viewer, reports) = try viewer(configuration: configuration)
    try await eventually("the end of gathering", within: 30) { reports.isGathered }
    #expect(viewer.diagnosis.serverErrors.count == 32)
    viewer.close()
  }
}
