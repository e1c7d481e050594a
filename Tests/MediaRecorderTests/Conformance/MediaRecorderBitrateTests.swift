import Media
import Recording
import Testing

/// The behaviours of web-platform-tests' mediacapture-record/MediaRecorder-bitrate.https.html.
@Suite(.timeLimit(.minutes(1))) struct MediaRecorderBitrateTests {
  private let streams = Streams(audio: true)

  private func rates(all: Int? = nil, video: Int? = nil, audio: Int? = nil) throws -> [Int] {
    var options = MediaRecorderOptions()
    options.bitsPerSecond = all
    options.videoBitsPerSecond = video
    options.audioBitsPerSecond = audio
    let recorder = try MediaRecorder(streams.stream, options)
    return [recorder.videoBitsPerSecond, recorder.audioBitsPerSecond]
  }

  @Test func `bit rates of video and audio are as given, or the defaults`() throws {
    #expect(try rates() == [2_500_000, 128_000])
    #expect(try rates(audio: 0) == [2_500_000, 0])
    #expect(try rates(video: 0) == [0, 128_000])
    #expect(try rates(audio: 100_000) == [2_500_000, 100_000])
    #expect(try rates(video: 1_000_000) == [1_000_000, 128_000])
  }

  @Test func `bitsPerSecond is shared, and overrides the rates of video and audio`() throws {
    #expect(try rates(all: 2_000_000) == [1_800_000, 200_000])
    #expect(try rates(all: 2_000_000, video: 0, audio: 0) == [1_800_000, 200_000])
    #expect(try rates(all: 20_000_000) == [19_490_000, 510_000])
    for least in [try rates(all: 0), try rates(all: 0, video: 1_000_000, audio: 100_000)] {
      #expect(least.allSatisfy { $0 > 0 })
      #expect(least.reduce(0, +) < 100_000)
    }
  }

  @Test func `start gives a missing kind's share to the other`() async throws {
    for (audio, expected) in [(true, [1_800_000, 200_000]), (false, [2_000_000, 0])] {
      var options = MediaRecorderOptions()
      options.bitsPerSecond = 2_000_000
      let streams = Streams(audio: audio)
      let recorder = try MediaRecorder(streams.stream, options)
      #expect([recorder.videoBitsPerSecond, recorder.audioBitsPerSecond] == [1_800_000, 200_000])
      let log = RecorderLog(recorder)
      try recorder.start()
      #expect([recorder.videoBitsPerSecond, recorder.audioBitsPerSecond] == expected)
      recorder.stop()
      try await log.received("stop")
    }
  }
}
