import Foundation
import Harness
import Media
import Recording
import Testing

/// The behaviour of web-platform-tests' mediacapture-record/MediaRecorder-disabled-tracks.https.html.
@Suite(.timeLimit(.minutes(1))) struct MediaRecorderDisabledTracksTests {
  @Test(arguments: [(true, false), (false, true), (true, true)])
  func `a disabled track is recorded as black or silence`(video: Bool, audio: Bool) async throws {
    let streams = Streams(video: video, audio: audio)
    for track in streams.stream.getTracks() { track.enabled = false }
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    #expect(recorder.state == .recording)
    streams.paint(0xffffff)
    if audio { streams.sound.push((0..<48_000).map { Float(sin(Double($0) / 10)) / 2 }) }
    try recorder.requestData()
    try await log.received("dataavailable")
    #expect(recorder.state == .recording)
    streams.paint(0xeeeeee)
    recorder.stop()
    try await log.received("stop")
    #expect(log.errors.isEmpty)
    let folder = try TemporaryDirectory()
    let file = folder.file("disabled.webm")
    try Data(log.data).write(to: file)
    if video {
      var count = 0
      for try await frame in try await FFmpeg.frames(of: file, as: .rgb) {
        count += 1
        #expect(frame.pixel(x: 40, y: 30).allSatisfy { $0 < 6 })
      }
      #expect(count > 0)
    }
    if audio {
      let sound = try await DecodedSound(file)
      #expect(sound.duration > 0)
      #expect(sound.level(from: 0, to: sound.duration) < -80)
    }
  }
}
