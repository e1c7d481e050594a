import Media
import Recording
import Testing

/// The behaviours of web-platform-tests' mediacapture-record/MediaRecorder-pause-resume.html.
@Suite(.timeLimit(.minutes(1))) struct MediaRecorderPauseResumeTests {
  @Test func `pause and resume change the state at once, and repeated calls send no event`() async throws {
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    try await log.received("start")
    try recorder.pause()
    try recorder.pause()
    #expect(recorder.state == .paused)
    try recorder.resume()
    try recorder.resume()
    #expect(recorder.state == .recording)
    try recorder.pause()
    try await log.received("pause", 2)
    // A paused recording can be stopped, and contains the part before the pause.
    recorder.stop()
    #expect(recorder.state == .inactive)
    try await log.received("stop")
    #expect(log.names == ["start", "pause", "resume", "pause", "dataavailable", "stop"])
    #expect(try Recorded(log.data).isInOrder)
  }

  @Test func `a recording of sound only pauses and resumes`() async throws {
    let streams = Streams(video: false, audio: true)
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    try await log.received("start")
    try recorder.pause()
    try await log.received("pause")
    #expect(recorder.state == .paused)
    try recorder.resume()
    #expect(recorder.state == .recording)
    try await log.received("resume")
    recorder.stop()
    try await log.received("stop")
    #expect(log.names == ["start", "pause", "resume", "dataavailable", "stop"])
    #expect(try Recorded(log.data).isInOrder)
  }

  @Test func `a recording paused before its first picture sends start`() async throws {
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    try recorder.pause()
    recorder.stop()
    try await log.received("stop")
    #expect(log.names == ["start", "pause", "dataavailable", "stop"])
  }
}
