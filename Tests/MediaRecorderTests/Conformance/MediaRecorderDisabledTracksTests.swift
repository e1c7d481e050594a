import Foundation
import Harness
import Media
import Recording
import Testing

/// The behaviour of web-platform-tests' mediacapture-record/MediaRecorder-disabled-tracks.https.html, for pictures.
@Suite(.timeLimit(.minutes(1))) struct MediaRecorderDisabledTracksTests {
  @Test func `a disabled track is recorded, black`() async throws {
    let streams = Streams()
    for track in streams.stream.getTracks() { track.enabled = false }
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    #expect(recorder.state == .recording)
    try recorder.requestData()
    try await log.heard("dataavailable")
    #expect(recorder.state == .recording)
    streams.paint(0xffffff)
    recorder.stop()
    try await log.heard("stop")
    #expect(log.errors.isEmpty)
    let folder = try TemporaryDirectory()
    let file = folder.file("black.webm")
    try Data(log.data).write(to: file)
    var count = 0
    for try await frame in try await FFmpeg.frames(of: file, as: .rgb) {
      count += 1
      #expect(frame.pixel(x: 40, y: 30).allSatisfy { $0 < 6 })
    }
    #expect(count > 0)
  }
}
