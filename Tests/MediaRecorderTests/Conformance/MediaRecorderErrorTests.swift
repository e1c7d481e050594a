import Media
import Recording
import Testing

/// The behaviours of web-platform-tests' mediacapture-record/MediaRecorder-error.html.
@Suite(.timeLimit(.minutes(1))) struct MediaRecorderErrorTests {
  @Test(arguments: [true, false])
  func `a track added or removed is an InvalidModificationError, and what there was is kept`(isAdded: Bool) async throws
  {
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    #expect(recorder.state == .recording)
    try await log.heard("start")
    let track = streams.stream.getTracks()[0]
    if isAdded {
      streams.stream.addTrack(MediaStreamTrack(source: streams.sound, label: "sound"))
    } else {
      streams.stream.removeTrack(track)
    }
    try await log.heard("error")
    #expect(recorder.state == .inactive)
    try await log.heard("stop")
    #expect(log.names == ["start", "error", "dataavailable", "stop"])
    #expect(log.errors.map(\.name) == ["InvalidModificationError"])
    let recorded = try Recorded(log.data)
    #expect(recorded.isInOrder && recorded.truncation == nil)
    #expect(track.readyState == .live)
    // A recorder that is not running does not mind.
    streams.stream.removeTrack(track)
    streams.stream.addTrack(track)
    try recorder.start()
    try await log.heard("start", 2)
    recorder.stop()
    try await log.heard("stop", 2)
    #expect(log.errors.count == 1)
  }

  @Test func `starting what runs is an InvalidStateError`() async throws {
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    #expect(errorName { try recorder.start() } == "InvalidStateError")
    #expect(recorder.state == .recording)
    recorder.stop()
    try await log.heard("stop")
  }
}
