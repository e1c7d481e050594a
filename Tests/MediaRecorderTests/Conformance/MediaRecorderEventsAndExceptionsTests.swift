import Media
import Recording
import Testing

/// The behaviours of web-platform-tests' mediacapture-record/MediaRecorder-events-and-exceptions.html.
@Suite(.timeLimit(.minutes(1))) struct MediaRecorderEventsAndExceptionsTests {
  private func expectNothingButStop(_ recorder: MediaRecorder) {
    recorder.stop()
    #expect(recorder.state == .inactive)
    for act in [recorder.pause, recorder.resume, recorder.requestData] {
      #expect(errorName { try act() } == "InvalidStateError")
    }
    #expect(recorder.state == .inactive)
  }

  @Test(arguments: ["", "video/webm;codecs=vp8"])
  func `start, pause, resume, data, stop: each with its state, and exceptions outside of it`(type: String) async throws
  {
    var options = MediaRecorderOptions()
    options.mimeType = "video/invalid"
    let invalid = options
    #expect(errorName { _ = try MediaRecorder(MediaStream(), invalid) } == "NotSupportedError")
    options.mimeType = type
    let recorder = try MediaRecorder(MediaStream(), options)
    #expect(recorder.state == .inactive)
    expectNothingButStop(recorder)
    #expect(errorName { try recorder.start() } == "NotSupportedError")

    // A track that is added while nothing is recorded is no modification.
    let streams = Streams()
    recorder.stream.addTrack(streams.stream.getTracks()[0])
    let log = RecorderLog(recorder)
    try recorder.start()
    #expect(recorder.state == .recording)
    try await log.heard("start")
    #expect(recorder.state == .recording)
    try recorder.pause()
    #expect(recorder.state == .paused)
    try await log.heard("pause")
    #expect(recorder.state == .paused)
    try recorder.resume()
    #expect(recorder.state == .recording)
    try await log.heard("resume")
    recorder.stop()
    #expect(recorder.state == .inactive)
    try await log.heard("stop")
    #expect(log.names == ["start", "pause", "resume", "dataavailable", "stop"])
    #expect(log.blobs[0].data.count > 0)
    expectNothingButStop(recorder)
    #expect(log.names.count == 5)
  }
}
