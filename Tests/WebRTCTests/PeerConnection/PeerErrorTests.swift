import SDP
import JSEP
import Encoding
import Foundation
import Media
import RTP
import Synthetic
import Testing

@testable import WebRTC

/// Invalid calls throw the specification's errors.
@Suite @NetworkThreadActor
struct PeerErrorTests {
  private func track() -> MediaStreamTrack {
    MediaStreamTrack(source: SyntheticSource(PaintedPicture(width: 64, height: 64)), label: "test")
  }

  private func expect(
    _ name: RTCError.Name, sourceLocation: SourceLocation = #_sourceLocation, _ body: () throws -> Void
  ) {
    do {
      try body()
      Issue.record("nothing was thrown", sourceLocation: sourceLocation)
    } catch let error as RTCError {
      #expect(error.name == name, "\(error)", sourceLocation: sourceLocation)
      #expect(!error.message.isEmpty, sourceLocation: sourceLocation)
    } catch {
      Issue.record(error, sourceLocation: sourceLocation)
    }
  }

  @Test func `an invalid configuration throws SyntaxError, InvalidAccessError or RangeError`() {
    var configuration = RTCConfiguration()
    configuration.iceServers = [RTCIceServer(urls: ["http://example.org"])]
    expect(.syntax) { _ = try RTCPeerConnection(configuration) }
    configuration.iceServers = [RTCIceServer(urls: ["turn:example.org"])]
    expect(.invalidAccess) { _ = try RTCPeerConnection(configuration) }
    configuration.iceServers = []
    configuration.iceCandidatePoolSize = 256
    expect(.range) { _ = try RTCPeerConnection(configuration) }
    configuration.iceCandidatePoolSize = 0
    configuration.encoding.bitrate = 0
    expect(.range) { _ = try RTCPeerConnection(configuration) }
  }

  @Test func `every call after close throws InvalidStateError`() throws {
    let connection = try RTCPeerConnection(.loopback)
    let sender = try connection.addTrack(track())
    let transceiver = try connection.addTransceiver(.audio)
    connection.close()
    connection.close()
    expect(.invalidState) { _ = try connection.createOffer() }
    expect(.invalidState) { _ = try connection.createAnswer() }
    expect(.invalidState) { try connection.setLocalDescription() }
    expect(.invalidState) { try connection.setRemoteDescription(.init(type: .offer, sdp: "v=0")) }
    expect(.invalidState) { try connection.addIceCandidate(nil) }
    expect(.invalidState) { try connection.addTrack(track()) }
    expect(.invalidState) { try connection.removeTrack(sender) }
    expect(.invalidState) { try connection.addTransceiver(.video) }
    expect(.invalidState) { try sender.replaceTrack(nil) }
    expect(.invalidState) { try transceiver.setDirection(.inactive) }
    expect(.invalidState) { try transceiver.stop() }
    connection.restartIce()
  }

  @Test func `descriptions in the wrong state, malformed or modified throw`() throws {
    let connection = try RTCPeerConnection(.loopback)
    defer { connection.close() }
    expect(.invalidState) { _ = try connection.createAnswer() }
    expect(.invalidState) { try connection.setRemoteDescription(.init(type: .answer, sdp: "v=0\r\n")) }
    do {
      try connection.setRemoteDescription(.init(type: .offer, sdp: "v=0\r\nnonsense\r\n"))
      Issue.record("nothing was thrown")
    } catch {
      #expect(error.name == .rtc)
      #expect(error.errorDetail == .sdpSyntaxError)
      #expect(error.sdpLineNumber == 2)
    }
    try connection.addTrack(track())
    let offer = try connection.createOffer()
    expect(.invalidModification) {
      try connection.setLocalDescription(.init(type: .offer, sdp: offer.sdp.replacing("actpass", with: "active")))
    }
    try connection.setLocalDescription(offer)
    #expect(connection.signalingState == .haveLocalOffer)
    try connection.setLocalDescription(.init(type: .rollback))
    #expect(connection.signalingState == .stable)
  }

  @Test func `an offer of 64 m-lines is answered, one of 65 throws`() throws {
    let connections = try (0..<3).map { _ in try RTCPeerConnection(.loopback) }
    defer { for connection in connections { connection.close() } }
    for _ in 0..<64 { try connections[0].addTransceiver(.video) }
    try connections[0].setLocalDescription()
    let offer = try #require(connections[0].localDescription)
    try connections[1].setRemoteDescription(offer)
    try connections[1].setLocalDescription()
    #expect(connections[1].getTransceivers().count == 64)
    // A viewer must not be able to end a share with more m-lines.
    let last = try #require(offer.sdp.components(separatedBy: "\r\nm=").last)
    let more =
      offer.sdp.replacing("a=group:BUNDLE 0", with: "a=group:BUNDLE 64 0") + "m="
      + last.replacing("a=mid:63", with: "a=mid:64")
    do {
      try connections[2].setRemoteDescription(.init(type: .offer, sdp: more))
      Issue.record("nothing was thrown")
    } catch {
      #expect(error.errorDetail == .sdpSyntaxError)
    }
  }

  @Test func `candidates before the description, without an m-line or malformed throw`() throws {
    let (first, second) = (try RTCPeerConnection(.loopback), try RTCPeerConnection(.loopback))
    defer {
      first.close()
      second.close()
    }
    let text = "candidate:1 1 udp 2015364095 127.0.0.1 40000 typ host"
    expect(.invalidState) { try second.addIceCandidate(.init(candidate: text, sdpMid: "0")) }
    try first.addTrack(track())
    try first.setLocalDescription()
    try second.setRemoteDescription(try #require(first.localDescription))
    expect(.type) { try second.addIceCandidate(.init(candidate: text)) }
    expect(.operation) { try second.addIceCandidate(.init(candidate: text, sdpMid: "7")) }
    expect(.operation) { try second.addIceCandidate(.init(candidate: "candidate:what", sdpMid: "0")) }
    try second.addIceCandidate(.init(candidate: text, sdpMid: "0"))
    try second.addIceCandidate(.init(candidate: text.replacing("127.0.0.1", with: "abc.local"), sdpMLineIndex: 0))
    try second.addIceCandidate(nil)
  }

  @Test func `invalid tracks and parameters throw`() throws {
    let connection = try RTCPeerConnection(.loopback)
    let other = try RTCPeerConnection(.loopback)
    defer {
      connection.close()
      other.close()
    }
    let track = track()
    let sender = try connection.addTrack(track)
    expect(.invalidAccess) { try connection.addTrack(track) }
    expect(.invalidAccess) { try other.removeTrack(sender) }
    let audio = try connection.addTransceiver(.audio)
    expect(.type) { try audio.sender.replaceTrack(track) }
    var options = RTCRtpTransceiverInit()
    options.sendEncodings = [.init(maxBitrate: 0)]
    expect(.range) { try connection.addTransceiver(.video, options) }
    var parameters = sender.getParameters()
    parameters.encodings.append(.init())
    expect(.invalidModification) { try sender.setParameters(parameters) }
    parameters = sender.getParameters()
    parameters.encodings[0].maxBitrate = -1
    expect(.range) { try sender.setParameters(parameters) }
    parameters = sender.getParameters()
    parameters.encodings[0].maxBitrate = 500_000
    try sender.setParameters(parameters)
    #expect(sender.getParameters().encodings[0].maxBitrate == 500_000)
    expect(.invalidModification) { try sender.setParameters(parameters) }
    try audio.stop()
    expect(.invalidState) { try audio.sender.replaceTrack(nil) }
  }
}
