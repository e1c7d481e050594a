import SDP
import JSEP
import Encoding
import Harness
import Media
import RTP
import Synthetic
import Testing

@testable import WebRTC

/// Two connections in one process, over the loopback interface.
@Suite(.serialized, .timeLimit(.minutes(2))) @NetworkThreadActor
struct PeerPairTests {
  private let size = PixelSize(width: 160, height: 120)

  private func source() -> SyntheticSource {
    var picture = PaintedPicture(size)
    picture.write(PixelRect(size), seed: 1)
    return SyntheticSource(picture)
  }

  private func track(_ source: SyntheticSource) -> MediaStreamTrack { MediaStreamTrack(source: source, label: "test") }

  private func remoteTrack(_ events: [RTCPeerConnectionEvent]) -> RTCTrackEvent? {
    events.lazy.compactMap { if case .track(let event) = $0 { event } else { nil } }.last
  }

  /// The number of `negotiationneeded` events of the first.
  private func negotiationsNeeded(_ pair: PeerPair) -> Int {
    pair.events[0].filter { if case .negotiationneeded = $0 { true } else { false } }.count
  }

  @Test func `a track arrives with its ids and its encoded frames, from a key frame on`() async throws {
    let pair = try PeerPair()
    defer { pair.close() }
    let source = source()
    let track = track(source)
    let stream = MediaStream([track])
    try pair.first.addTrack(track, stream)
    try await pair.connect()
    try await eventually("the track") { remoteTrack(pair.events[1]) != nil }
    let event = try #require(remoteTrack(pair.events[1]))
    #expect(event.track.id == track.id)
    #expect(event.streams.map(\.id) == [stream.id])
    #expect(event.streams.first?.getVideoTracks().first === event.track)
    let log = EncodedLog()
    try #require(event.track.source as? any EncodedSource).attach(log)
    try await log.seen("a frame") { !$0.isEmpty }
    #expect(log.frames[0].isKeyFrame)
    #expect(log.frames[0].size == size)
    for seed in 2..<6 {
      let count = log.frames.count
      source.write(PixelRect(size), seed: UInt64(seed))
      try await log.seen("a change") { $0.count > count }
    }
    try await eventually("the track to be unmuted") { !event.track.muted }
    let frames = log.frames
    #expect(frames.allSatisfy { $0.codec == .vp8 })
    #expect(try await IVF(size, frames.map(\.data)).checksums().count == frames.count)
    for (before, after) in zip(frames, frames.dropFirst()) { #expect(before.timestamp < after.timestamp) }
  }

  @Test func `states and events come in the specification's order`() async throws {
    let pair = try PeerPair()
    defer { pair.close() }
    try pair.first.addTrack(track(source()))
    try await eventually("negotiationneeded") { !pair.events[0].isEmpty }
    guard case .negotiationneeded = pair.events[0][0] else {
      Issue.record("the first event is \(pair.events[0][0])")
      return
    }
    #expect(pair.first.connectionState == .new)
    #expect(pair.first.iceGatheringState == .new)
    try await pair.connect()
    try await eventually("the events") {
      pair.events.allSatisfy { events in
        events.contains { if case .connectionstatechange(.connected, _) = $0 { true } else { false } }
          && events.contains { if case .icecandidate(nil) = $0 { true } else { false } }
      }
    }
    let states = pair.events.map { events in
      events.compactMap { if case .connectionstatechange(let state, _) = $0 { state } else { nil } }
    }
    #expect(states == [[.connecting, .connected], [.connecting, .connected]])
    let signalling = pair.events.map { events in
      events.compactMap { if case .signalingstatechange(let state) = $0 { state } else { nil } }
    }
    #expect(signalling == [[.haveLocalOffer, .stable], [.haveRemoteOffer, .stable]])
    let gathering = pair.events.map { events in
      events.compactMap { if case .icegatheringstatechange(let state) = $0 { state } else { nil } }
    }
    #expect(gathering == [[.gathering, .complete], [.gathering, .complete]])
    for events in pair.events {
      var candidates: [RTCIceCandidateInit?] = []
      for case .icecandidate(let candidate) in events { candidates.append(candidate) }
      #expect(candidates.count >= 2)
      // The last but one ends the generation's candidates, the last one all gathering.
      #expect(candidates.last == .some(nil))
      #expect(candidates.dropLast().last.map { $0?.candidate } == "")
      #expect(candidates.dropLast(2).allSatisfy { $0?.candidate.hasPrefix("candidate:") == true })
    }
    // No further negotiation is needed.
    #expect(pair.events[0].filter { if case .negotiationneeded = $0 { true } else { false } }.count == 1)
    #expect(pair.events[1].filter { if case .negotiationneeded = $0 { true } else { false } }.isEmpty)
  }

  @Test func `descriptions with all candidates connect without signalled candidates`() async throws {
    let first = try RTCPeerConnection(.loopback)
    let second = try RTCPeerConnection(.loopback)
    defer {
      first.close()
      second.close()
    }
    try first.addTrack(track(source()))
    let offer = try await first.completeOffer()
    #expect(offer.sdp.contains("a=candidate:"))
    #expect(offer.sdp.contains("a=end-of-candidates"))
    let answer = try await second.completeAnswer(to: offer)
    try first.setRemoteDescription(answer)
    try await first.reaches(.connected)
    try await second.reaches(.connected)
  }

  @Test func `adding and removing a track in a connection leaves the other one playing`() async throws {
    let pair = try PeerPair()
    defer { pair.close() }
    let (one, two) = (source(), source())
    try pair.first.addTrack(track(one))
    try await pair.connect()
    let (secondTrack, stream) = (track(two), MediaStream())
    #expect(negotiationsNeeded(pair) == 0)
    let sender = try pair.first.addTrack(secondTrack, stream)
    try await eventually("negotiationneeded") { negotiationsNeeded(pair) == 1 }
    try pair.negotiate()
    try await eventually("the second track") { remoteTrack(pair.events[1])?.track.id == secondTrack.id }
    let event = try #require(remoteTrack(pair.events[1]))
    let log = EncodedLog()
    try #require(event.track.source as? any EncodedSource).attach(log)
    try await log.seen("a frame") { !$0.isEmpty }
    #expect(event.streams.count == 1)

    try pair.first.removeTrack(sender)
    try pair.negotiate()
    #expect(event.streams[0].getTracks().isEmpty)
    try await eventually("the track to be muted") { event.track.muted }
    #expect(pair.first.getTransceivers()[1].currentDirection == .inactive)
    try await eventually("the second source to stop") { two.sinkCount == 0 }
    #expect(one.sinkCount == 1)
    // The first goes on.
    let first = try #require(pair.second.getReceivers().first)
    let firstLog = EncodedLog()
    try #require(first.track.source as? any EncodedSource).attach(firstLog)
    try await firstLog.seen("a frame") { !$0.isEmpty }

    // A sender that has sent is not reused: the specification's addTrack makes a new one.
    try pair.first.addTrack(track(source()))
    #expect(pair.first.getTransceivers().count == 3)
  }

  @Test func `replaceTrack goes on with the other track's key frame, without negotiation`() async throws {
    let pair = try PeerPair()
    defer { pair.close() }
    let one = source()
    var large = PaintedPicture(PixelSize(width: 320, height: 240))
    large.write(PixelRect(large.size), seed: 9)
    let two = SyntheticSource(large)
    let sender = try pair.first.addTrack(track(one))
    try await pair.connect()
    try await eventually("the track") { remoteTrack(pair.events[1]) != nil }
    let event = try #require(remoteTrack(pair.events[1]))
    let log = EncodedLog()
    try #require(event.track.source as? any EncodedSource).attach(log)
    try await log.seen("a frame") { !$0.isEmpty }
    /// The number of events that a negotiation would cause; connection states may still follow.
    func negotiations() -> Int {
      pair.events.joined().count { event in
        switch event {
        case .negotiationneeded, .signalingstatechange, .track: true
        default: false
        }
      }
    }
    let before = negotiations()

    try sender.replaceTrack(track(two))
    try await log.seen("the other picture") { $0.last { $0.isKeyFrame }?.size == large.size }
    try await eventually("the first source to stop") { one.sinkCount == 0 }
    let frames = log.frames
    let change = try #require(frames.firstIndex { $0.size == large.size })
    #expect(frames[..<change].allSatisfy { $0.size == nil || $0.size == size })

    try sender.replaceTrack(nil)
    try await eventually("the second source to stop") { two.sinkCount == 0 }
    let count = log.frames.count
    one.write(PixelRect(size), seed: 4)
    try sender.replaceTrack(track(one))
    try await log.seen("the first again") {
      $0.count > count && $0.last?.size == size || $0[count...].contains { $0.isKeyFrame }
    }
    #expect(negotiations() == before)
  }

  @Test func `an ICE restart while frames are sent loses none`() async throws {
    let pair = try PeerPair()
    defer { pair.close() }
    let source = source()
    try pair.first.addTrack(track(source))
    try await pair.connect()
    try await eventually("the track") { remoteTrack(pair.events[1]) != nil }
    let log = EncodedLog()
    try #require(remoteTrack(pair.events[1])?.track.source as? any EncodedSource).attach(log)
    try await log.seen("a frame") { !$0.isEmpty }
    let before = try #require(pair.first.localDescription?.sdp)
    pair.first.restartIce()
    try await eventually("negotiationneeded") { negotiationsNeeded(pair) == 1 }
    let painter = Task {
      var seed: UInt64 = 100
      while !Task.isCancelled {
        seed += 1
        source.write(PixelRect(size), seed: seed)
        try? await Task.sleep(for: .milliseconds(20))
      }
    }
    try pair.negotiate()
    let after = try #require(pair.first.localDescription?.sdp)
    func fragment(_ sdp: String) -> Substring? { sdp.split(separator: "\r\n").first { $0.hasPrefix("a=ice-ufrag") } }
    #expect(fragment(before) != fragment(after))
    try await eventually("the new path") {
      [pair.first, pair.second].allSatisfy { $0.transports.values.first?.transport.selectedPairChanges ?? 0 >= 2 }
    }
    let moved = log.frames.count
    try await log.seen("frames by the new path") { $0.count > moved + 20 }
    painter.cancel()
    let frames = log.frames
    #expect(pair.first.connectionState == .connected)
    #expect(pair.second.connectionState == .connected)
    // No frame is missing: all are decoded.
    #expect(try await IVF(size, frames.map(\.data)).checksums().count == frames.count)
    // The first is a key frame, and one follows on the new path; a receiver on a busy machine may ask for more.
    let requests = pair.second.getStats().all(RTCInboundRtpStreamStats.self).first?.pliCount ?? 0
    #expect(frames.filter(\.isKeyFrame).count <= 2 + Int(requests))
  }

  @Test func `after offers of both at once the polite one rolls back, and both tracks arrive`() async throws {
    let pair = try PeerPair()
    defer { pair.close() }
    let streams = [MediaStream(), MediaStream()]
    try pair.first.addTrack(track(source()), streams[0])
    try pair.second.addTrack(track(source()), streams[1])
    try pair.first.setLocalDescription()
    try pair.second.setLocalDescription()
    let (offer, other) = (try #require(pair.first.localDescription), try #require(pair.second.localDescription))
    // The impolite one ignores the other's offer; the polite one rolls its own back.
    #expect(other.type == .offer)
    try pair.second.setRemoteDescription(offer)
    try pair.second.setLocalDescription()
    try pair.first.setRemoteDescription(try #require(pair.second.localDescription))
    try await pair.first.reaches(.connected)
    try await pair.second.reaches(.connected)
    // If the answer had no m-line for the polite one's track, another offer is needed.
    if pair.second.getTransceivers().contains(where: { $0.mid == nil }) { try pair.negotiate(from: pair.second) }
    try await eventually("both tracks") { remoteTrack(pair.events[0]) != nil && remoteTrack(pair.events[1]) != nil }
    for (events, expected) in zip(pair.events, streams.reversed()) {
      let event = try #require(remoteTrack(events))
      #expect(event.streams.map(\.id) == [expected.id])
      let log = EncodedLog()
      try #require(event.track.source as? any EncodedSource).attach(log)
      try await log.seen("a frame") { !$0.isEmpty }
    }
  }

  @Test func `recvonly and inactive audio is negotiated beside the picture; the peer can send later`() async throws {
    let pair = try PeerPair()
    defer { pair.close() }
    try pair.first.addTrack(track(source()))
    try pair.first.addTransceiver(.audio, .init(direction: .recvonly))
    try pair.first.addTransceiver(.audio, .init(direction: .inactive))
    try await pair.connect()
    let transceivers = pair.first.getTransceivers()
    #expect(transceivers.map(\.kind) == [.video, .audio, .audio])
    #expect(transceivers.map(\.mid) == ["0", "1", "2"])
    #expect(transceivers.map(\.currentDirection) == [.sendonly, .inactive, .inactive])
    let sdp = try #require(pair.first.remoteDescription?.sdp)
    #expect(sdp.contains("m=audio 9 UDP/TLS/RTP/SAVPF"))
    // The other side begins to send in the existing m-line.
    try pair.second.getTransceivers()[1].setDirection(.sendonly)
    try pair.negotiate(from: pair.second)
    #expect(pair.first.getTransceivers()[1].currentDirection == .recvonly)
  }

  @Test func `close stops the source at once and disconnects the peer`() async throws {
    let pair = try PeerPair()
    let source = source()
    try pair.first.addTrack(track(source))
    try await pair.connect()
    try await eventually("the track") { remoteTrack(pair.events[1]) != nil }
    let remote = try #require(remoteTrack(pair.events[1])?.track)
    let log = EncodedLog()
    try #require(remote.source as? any EncodedSource).attach(log)
    pair.first.close()
    #expect(pair.first.signalingState == .closed)
    #expect(pair.first.connectionState == .closed)
    #expect(pair.first.iceConnectionState == .closed)
    try await eventually("the source to stop") { source.sinkCount == 0 }
    try await pair.second.reaches(.disconnected, within: .seconds(10))
    pair.second.close()
    try await eventually("the sink's end") { log.hasEnded }
    try await eventually("the track's end") { remote.readyState == .ended }
  }

  @Test func `a released connection is closed and freed`() async throws {
    weak var freed: RTCPeerConnection?
    let source = source()
    do {
      let first = try RTCPeerConnection(.loopback)
      let second = try RTCPeerConnection(.loopback)
      try first.addTrack(track(source))
      try first.setRemoteDescription(try await second.completeAnswer(to: try await first.completeOffer()))
      try await first.reaches(.connected)
      try await eventually("frames") { source.sinkCount == 1 }
      freed = first
    }
    try await eventually("the connection to be freed") { freed == nil }
    try await eventually("the source to stop") { source.sinkCount == 0 }
  }

  @Test func `a candidate pool is gathered before the description is set, and signalled after it`() async throws {
    var configuration = RTCConfiguration.loopback
    configuration.iceCandidatePoolSize = 1
    let connection = try RTCPeerConnection(configuration)
    defer { connection.close() }
    let events = connection.events
    try connection.addTrack(track(source()))
    let offer = try connection.createOffer()
    try await eventually("the end of gathering") {
      !connection.transports.isEmpty && connection.transports.values.allSatisfy { $0.gatheringState == .complete }
    }
    #expect(connection.iceGatheringState == .new)
    try connection.setLocalDescription(offer)
    #expect(connection.iceGatheringState == .complete)
    #expect(connection.localDescription?.sdp.contains("a=candidate:") == true)
    #expect(connection.localDescription?.sdp.contains("a=end-of-candidates") == true)
    var candidates: [RTCIceCandidateInit?] = []
    for await event in events {
      guard case .icecandidate(let candidate) = event else { continue }
      candidates.append(candidate)
      if candidate == nil { break }
    }
    #expect(candidates.count == 3)
  }
}
