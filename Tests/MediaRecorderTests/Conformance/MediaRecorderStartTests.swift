import Media
import Recording
import Testing

/// The behaviours of web-platform-tests' mediacapture-record/MediaRecorder-start.html.
@Suite(.timeLimit(.minutes(1))) struct MediaRecorderStartTests {
  @Test func `start throws for an inactive stream, and succeeds twice once it is active again`()
    async throws
  {
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let track = streams.stream.getTracks()[0]
    let clone = track.clone()
    track.stop()
    #expect(errorName { try recorder.start() } == "NotSupportedError")
    #expect(recorder.state == .inactive)
    streams.stream.addTrack(clone)
    let log = RecorderLog(recorder)
    for round in 1...2 {
      try recorder.start()
      #expect(recorder.state == .recording)
      try await log.received("start", round)
      recorder.stop()
      try await log.received("stop", round)
    }
    #expect(log.blobs.map(\.timecode) == [0, 0])
    for blob in log.blobs { #expect(try Recorded(blob.data).isInOrder) }
  }
}
