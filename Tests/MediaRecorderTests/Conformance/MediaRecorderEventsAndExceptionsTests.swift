import Media
import Recording
import Testing

/// The behaviours of web-platform-tests' mediacapture-record/MediaRecorder-events-and-exceptions.html.
@Suite(.timeLimit(.minutes(1))) struct MediaRecorderEventsAndExceptionsTests {
  private func expectInactive(_ recorder: MediaRecorder) {
    recorder.stop()
    #expect(recorder.state == .inactive)
    for act in [recorder.pause, recorder.resume, recorder.requestData] {
      #expect(errorName { try act() } == "InvalidStateError")
    }
    #expect(recorder.state == .inactive)
  }

  @Test(arguments: ["", "video/webm;codecs=vp8"])
  func `start, pause, resume and stop set the state, and throw in other states`(type: String) async throws {
    var options = MediaRecorderOptions()
    options.mimeType = "video/invalid"
    let invalid = options
    #expect(errorName { _ = try MediaRecorder(MediaStream(), invalid) } == "NotSupportedError")
    options.mimeType = type
    let recorder = try MediaRecorder(MediaStream(), options)
    #expect(recorder.state == .inactive)
    expectInactive(recorder)
    #expect(errorName { try recorder.start() } == "NotSupportedError")

    // A track added to an inactive recorder's stream is no error.
    let streams = Streams()
    recorder.stream.addTrack(streams.stream.getTracks()[0])
    let log = RecorderLog(recorder)
    try recorder.start()
    #expect(recorder.state == .recording)
    try await log.received("start")
    #expect(recorder.state == .recording)
    try recorder.pause()
    #expect(recorder.state == .paused)
    try await log.received("pause")
    #expect(recorder.state == .paused)
    try recorder.resume()
    #expect(recorder.state == .recording)
    try await log.received("resume")
    recorder.stop()
    #expect(recorder.state == .inactive)
    try await log.received("stop")
    #expect(log.names == ["start", "pause", "resume", "dataavailable", "stop"])
    #expect(log.blobs[0].data.count > 0)
    expectInactive(recorder)
    #expect(log.names.count == 5)
  }
}
