import Media
import Recording
import Testing

/// The behaviours of web-platform-tests' mediacapture-record/MediaRecorder-creation.https.html.
@Suite struct MediaRecorderCreationTests {
  @Test(arguments: [(true, false), (false, true), (true, true)])
  func `a new recorder of any stream is inactive and has bit rates`(video: Bool, audio: Bool) throws {
    let stream = Streams(video: video, audio: audio).stream
    #expect(stream.getVideoTracks().count == (video ? 1 : 0) && stream.getAudioTracks().count == (audio ? 1 : 0))
    let recorder = try MediaRecorder(stream)
    #expect(recorder.stream === stream)
    #expect(recorder.state == .inactive)
    #expect(recorder.videoBitsPerSecond != 0 && recorder.audioBitsPerSecond != 0)
  }
}
