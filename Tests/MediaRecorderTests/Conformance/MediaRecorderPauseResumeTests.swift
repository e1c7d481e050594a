import Media
import Recording
import Testing

/// The behaviours of web-platform-tests' mediacapture-record/MediaRecorder-pause-resume.html.
@Suite(.timeLimit(.minutes(1))) struct MediaRecorderPauseResumeTests {
  @Test func `state changes at once, events follow, and what is said twice counts once`() async throws {
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    try await log.heard("start")
    try recorder.pause()
    try recorder.pause()
    #expect(recorder.state == .paused)
    try recorder.resume()
    try recorder.resume()
    #expect(recorder.state == .recording)
    try recorder.pause()
    try await log.heard("pause", 2)
    // A paused recording can be stopped, and has what came before.
    recorder.stop()
    #expect(recorder.state == .inactive)
    try await log.heard("stop")
    #expect(log.names == ["start", "pause", "resume", "pause", "dataavailable", "stop"])
    #expect(try Recorded(log.data).isInOrder)
  }

  @Test func `sound alone pauses and resumes in the same way`() async throws {
    let streams = Streams(video: false, audio: true)
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    try await log.heard("start")
    try recorder.pause()
    try await log.heard("pause")
    #expect(recorder.state == .paused)
    try recorder.resume()
    #expect(recorder.state == .recording)
    try await log.heard("resume")
    recorder.stop()
    try await log.heard("stop")
    #expect(log.names == ["start", "pause", "resume", "dataavailable", "stop"])
    #expect(try Recorded(log.data).isInOrder)
  }

  @Test func `paused before there is anything to see, a recording has begun all the same`() async throws {
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    try recorder.pause()
    recorder.stop()
    try await log.heard("stop")
    #expect(log.names == ["start", "pause", "dataavailable", "stop"])
  }
}
