import Media
import Recording
import Testing

/// The behaviours of web-platform-tests' mediacapture-record/MediaRecorder-error.html.
@Suite(.timeLimit(.minutes(1))) struct MediaRecorderErrorTests {
  @Test(arguments: [true, false])
  func `adding or removing a track ends the recording with an InvalidModificationError and its data`(isAdded: Bool)
    async throws
  {
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    #expect(recorder.state == .recording)
    try await log.received("start")
    let track = streams.stream.getTracks()[0]
    if isAdded {
      streams.stream.addTrack(MediaStreamTrack(source: streams.sound, label: "sound"))
    } else {
      streams.stream.removeTrack(track)
    }
    try await log.received("error")
    #expect(recorder.state == .inactive)
    try await log.received("stop")
    #expect(log.names == ["start", "error", "dataavailable", "stop"])
    #expect(log.errors.map(\.name) == ["InvalidModificationError"])
    let recorded = try Recorded(log.data)
    #expect(recorded.isInOrder && recorded.truncation == nil)
    #expect(track.readyState == .live)
    // An inactive recorder ignores changes of the stream.
    streams.stream.removeTrack(track)
    streams.stream.addTrack(track)
    try recorder.start()
    try await log.received("start", 2)
    recorder.stop()
    try await log.received("stop", 2)
    #expect(log.errors.count == 1)
  }

  @Test func `starting a running recorder is an InvalidStateError`() async throws {
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    #expect(errorName { try recorder.start() } == "InvalidStateError")
    #expect(recorder.state == .recording)
    recorder.stop()
    try await log.received("stop")
  }
}
