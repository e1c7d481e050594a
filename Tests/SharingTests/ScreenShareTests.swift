import Encoding
import Harness
import Media
import RTP
import RoomProtocol
import Rooms
import Testing
import WebRTC

@testable import Sharing

/// A share in a real room; the viewers are connections of this library.
@Suite(.serialized, .timeLimit(.minutes(2))) @NetworkThreadActor
struct ScreenShareTests {
  @Test func `an encoder that cannot start is an encoderFailed event and a notice to viewers`() async throws {
    var configuration = RTCConfiguration.loopback
    // Wider than VP8 allows.
    configuration.encoding.canvas = PixelSize(width: 20000, height: 16)
    let shared = try await SharedCanvas(configuration: configuration)
    shared.paint()
    let viewer = try await TestViewer(port: shared.port)
    let why = try await shared.event("the failure") { if case .encoderFailed(let why) = $0 { why } else { nil } }
    #expect(why.hasPrefix("the VP8 encoder failed"))
    await shared.share.stop()
    // A notice sent just before the end still arrives.
    try await viewer.seen.first("the notice", within: .seconds(30)) { seen in
      seen.notices.contains { $0.code == "encoder" } ? () : nil
    }
    await viewer.leave()
    await shared.stop()
  }

  private nonisolated static func joined(_ event: ScreenShareEvent) -> RoomMember? {
    if case .viewerJoined(let member) = event { member } else { nil }
  }

  private nonisolated static func connected(_ event: ScreenShareEvent) -> RoomMember? {
    if case .viewerConnected(let member) = event { member } else { nil }
  }

  private nonisolated static func left(_ event: ScreenShareEvent) -> RoomMember? {
    if case .viewerLeft(let member) = event { member } else { nil }
  }

  private nonisolated static func failed(_ event: ScreenShareEvent) -> String? {
    if case .viewerFailed(_, let why) = event { why } else { nil }
  }

  private nonisolated static func entered(_ event: ScreenShareEvent) -> String? {
    if case .entered(let id) = event { id } else { nil }
  }

  private nonisolated static func warning(_ event: ScreenShareEvent) -> String? {
    if case .warning(_, let message) = event { message } else { nil }
  }

  @Test func `a viewer that joins and leaves causes joined, connected and left events with its name`() async throws {
    let shared = try await SharedCanvas()
    try await shared.event("entered", Self.entered)
    #expect(shared.share.viewerStatistics.isEmpty && shared.share.encoderStatistics == nil)
    let viewer = try await TestViewer(port: shared.port)
    let member = try await shared.event("joined", Self.joined)
    #expect(try await shared.event("connected", Self.connected) == member)
    #expect(member == RoomMember(id: viewer.seen.current.id, role: .viewer, name: "Vera"))
    try await viewer.frames.sees("a key frame") { $0.first?.isKeyFrame == true && $0.first?.size == SharedCanvas.size }
    let statistics = try #require(shared.share.viewerStatistics.first)
    #expect(statistics.member == member && statistics.isConnected && statistics.bytesSent > 0)
    #expect(shared.share.encoderStatistics?.keyFrames == 1)
    await viewer.leave()
    #expect(try await shared.event("left", Self.left) == member)
    #expect(shared.share.viewerStatistics.isEmpty && shared.share.encoderStatistics == nil)
    await shared.stop()
  }

  @Test func `two viewers get the same encoded frames, and the second continues when the first leaves`() async throws {
    let shared = try await SharedCanvas()
    let first = try await TestViewer(port: shared.port, name: "First")
    try await first.frames.sees("a frame") { !$0.isEmpty }
    let second = try await TestViewer(port: shared.port, name: "Second")
    try await second.frames.sees("a frame") { !$0.isEmpty }
    for _ in 0..<5 { try await second.getsFrames("the change") { shared.paint() } }
    // Later frames may not have arrived at both yet.
    let common = second.frames.frames.map(\.data).prefix(5)
    try await first.frames.sees("the second's frames") { frames in
      let data = frames.map(\.data)
      return data.indices.contains { data[$0...].prefix(5) == common }
    }
    #expect(second.frames.frames[0].isKeyFrame)
    #expect(shared.share.viewerStatistics.map(\.member.name).sorted { ($0 ?? "") < ($1 ?? "") } == ["First", "Second"])
    await first.leave()
    try await shared.event("left", Self.left)
    try await second.getsFrames("the change") { shared.paint() }
    await second.leave()
    await shared.stop()
  }

  @Test func `a replaced track reaches viewers without a new offer, and later viewers too`() async throws {
    let shared = try await SharedCanvas()
    let viewer = try await TestViewer(port: shared.port)
    try await viewer.frames.sees("a frame") { !$0.isEmpty }
    let size = PixelSize(width: 320, height: 240)
    let old = shared.stream.getVideoTracks()[0]
    let new = Canvas(width: size.width, height: size.height).captureStream().getVideoTracks()[0]
    shared.share.replace(old, with: new)
    try await viewer.frames.sees("the other picture") { $0.last { $0.isKeyFrame }?.size == size }
    #expect(viewer.seen.current.offers == 1)
    #expect(shared.share.tracks.map(\.id) == [new.id] && shared.stream.getTracks().map(\.id) == [old.id])
    #expect(old.readyState == .live)
    let late = try await TestViewer(port: shared.port, name: "Late")
    try await late.frames.sees("the other picture") { $0.first?.size == size }
    await viewer.leave()
    await late.leave()
    await shared.stop()
    new.stop()
  }

  @Test func `notices reach present and later viewers, and are withdrawn by an empty text`() async throws {
    let shared = try await SharedCanvas(withSound: true)
    let (picture, sound) = (shared.stream.getVideoTracks()[0], shared.stream.getAudioTracks()[0])
    let viewer = try await TestViewer(port: shared.port)
    try await shared.event("connected", Self.connected)
    shared.share.setPaused(true)
    #expect(!picture.enabled && !sound.enabled && shared.share.isPaused)
    shared.share.setMuted(true)
    shared.share.setNotice("surface", "The window is gone.")
    let notices = [
      TestViewer.Notice(code: "paused", text: "The screen is paused."),
      TestViewer.Notice(code: "muted", text: "The presenter has muted the sound."),
      TestViewer.Notice(code: "surface", text: "The window is gone."),
    ]
    try await viewer.sees("the notices") { $0.notices == notices }
    let late = try await TestViewer(port: shared.port, name: "Late")
    try await late.sees("the notices") { seen in
      seen.notices.count == 3 && notices.allSatisfy { seen.notices.contains($0) }
    }
    shared.share.setPaused(false)
    // The sound is still muted.
    #expect(picture.enabled && !sound.enabled)
    shared.share.setMuted(false)
    #expect(sound.enabled)
    for viewer in [viewer, late] {
      try await viewer.sees("the end of both") {
        $0.notices.suffix(2) == [.init(code: "paused", text: ""), .init(code: "muted", text: "")]
      }
    }
    // The replacement of a paused track is paused too.
    shared.share.setPaused(true)
    let other = Canvas(width: 64, height: 64).captureStream().getVideoTracks()[0]
    shared.share.replace(picture, with: other)
    #expect(!other.enabled)
    await viewer.leave()
    await late.leave()
    await shared.stop()
    other.stop()
  }

  @Test func `muting a share without sound sends no notice`() async throws {
    let shared = try await SharedCanvas()
    let viewer = try await TestViewer(port: shared.port)
    try await shared.event("connected", Self.connected)
    shared.share.setMuted(true)
    shared.share.setNotice("mark", "This comes after the muting.")
    try await viewer.sees("the mark") { $0.notices.contains { $0.code == "mark" } }
    #expect(viewer.seen.current.notices.allSatisfy { $0.code == "mark" || $0.text.isEmpty })
    #expect(shared.stream.getVideoTracks()[0].enabled)
    await viewer.leave()
    await shared.stop()
  }

  @Test func `an answer without VP8 fails the viewer, with a notice to use another browser`() async throws {
    let shared = try await SharedCanvas()
    let viewer = try await TestViewer(port: shared.port) { $0.replacing("VP8/90000", with: "H264/90000") }
    let why = try await shared.event("failed", Self.failed)
    #expect(why.contains("does not play VP8"))
    try await viewer.sees("the notice") { $0.notices.contains(.init(code: "unreachable", text: why)) }
    #expect(shared.share.viewerStatistics.isEmpty)
    await viewer.leave()
    await shared.stop()
  }

  @Test(
    arguments: [
      .answer(sdp: "nonsense"), .answer(sdp: String(repeating: "a=x\r\n", count: 20_000)), .offer(sdp: "v=0\r\n"),
      .candidate(RoomCandidate(label: 0, id: "0", candidate: "candidate:nonsense")),
      .candidate(RoomCandidate(label: 77, id: "no such", candidate: "candidate:1 1 udp 1 192.0.2.1 9 typ host")),
    ] as [RoomSignal.Content])
  func `an invalid signal, sent five times, is one warning with the sender's name, and the picture goes on`(
    signal: RoomSignal.Content
  ) async throws {
    let shared = try await SharedCanvas()
    let viewer = try await TestViewer(port: shared.port)
    try await viewer.frames.sees("a frame") { !$0.isEmpty }
    for _ in 0..<5 { viewer.send(signal) }
    let warning = try await shared.event("the warning", Self.warning)
    #expect(warning.hasPrefix("Vera sent what cannot be used: ") && warning.utf8.count < 2000)
    // Signals are handled in order: when the new offer comes, all five have been.
    viewer.send(.restart)
    try await viewer.sees("a new offer") { $0.offers == 2 }
    try await viewer.getsFrames("the change") { shared.paint() }
    #expect(!shared.events.current.contains { Self.warning($0) == warning })
    await viewer.leave()
    await shared.stop()
  }

  @Test func `while the room server is down the picture goes on; then the viewer reconnects`() async throws {
    let shared = try await SharedCanvas()
    let viewer = try await TestViewer(port: shared.port)
    try await viewer.frames.sees("a frame") { !$0.isEmpty }
    let id = try await shared.event("entered", Self.entered)
    let member = try await shared.event("connected", Self.connected)
    await shared.stopServer()
    try await shared.event("the loss") { if case .serverLost = $0 { true } else { nil } }
    for _ in 0..<3 { try await viewer.getsFrames("the change") { shared.paint() } }
    #expect(shared.share.viewerStatistics.map(\.member) == [member])
    #expect(viewer.seen.current.departures == 0)
    try await shared.startServer()
    #expect(try await shared.event("entered", Self.entered) != id)
    let again = try await shared.event("connected", Self.connected)
    #expect(again.name == "Vera" && again.id != member.id)
    try await viewer.getsFrames("the change") { shared.paint() }
    // The old connection ends by itself, since the viewer has closed its side.
    try await eventually("one connected viewer") {
      shared.share.viewerStatistics.filter(\.isConnected).map(\.member) == [again]
    }
    await viewer.leave()
    await shared.stop()
  }

  @Test func `a share refused by a restarted server warns with the reason, and retries until admitted`() async throws {
    let shared = try await SharedCanvas()
    try await shared.event("entered", Self.entered)
    await shared.stopServer()
    try await shared.event("the loss") { if case .serverLost = $0 { true } else { nil } }
    // The server that it reconnects to has another publisher.
    let server = RoomServer()
    let port = try await server.start()
    let other = RoomClient(.quick(port: port), room: "demo", RoomJoin(role: .publisher))
    try await other.connect()
    let forwarder = """
      import asyncio, sys
      async def pump(reader, writer):
        while data := await reader.read(65536):
          writer.write(data)
        writer.close()
      async def serve(reader, writer):
        there, back = await asyncio.open_connection("127.0.0.1", int(sys.argv[2]))
        await asyncio.gather(pump(reader, back), pump(there, writer), return_exceptions=True)
      async def main():
        server = await asyncio.start_server(serve, "127.0.0.1", int(sys.argv[1]))
        await server.serve_forever()
      asyncio.run(main())
      """
    let forwarding = try Program("python3", ["-c", forwarder, "\(shared.port)", "\(port)"])
    let why = try await shared.event("the refusal", Self.warning)
    #expect(why.hasPrefix("room demo: somebody shares a screen there already"))
    #expect(why.hasSuffix("; the share keeps trying, and connected viewers keep watching"))
    await other.leave()
    try await shared.event("entered", Self.entered)
    await shared.stop()
    forwarding.kill()
    await server.shutdown(within: .milliseconds(100))
  }

  @Test func `stop closes the connections, leaves the room, and ends the events, not the tracks`() async throws {
    let shared = try await SharedCanvas()
    let viewer = try await TestViewer(port: shared.port)
    try await viewer.frames.sees("a frame") { !$0.isEmpty }
    await shared.share.stop()
    #expect(shared.share.viewerStatistics.isEmpty && shared.share.encoderStatistics == nil)
    try await viewer.sees("the publisher's leave") { $0.departures == 1 }
    _ = try await shared.haveEventsEnded.first("the end of the events", within: .seconds(10)) { $0 ? true : nil }
    #expect(shared.stream.getTracks().allSatisfy { $0.readyState == .live && $0.enabled })
    await viewer.leave()
    await shared.stop()
  }

  @Test func `start throws if the room refuses the share`() async throws {
    let shared = try await SharedCanvas()
    let second = ScreenShare(
      shared.stream, in: RoomClient(.quick(port: shared.port), room: "no name", RoomJoin(role: .publisher)),
      configuration: .loopback)
    await #expect(throws: RoomClientError.refused(.name, room: "no name")) { try await second.start() }
    await second.stop()
    await shared.stop()
  }
}
