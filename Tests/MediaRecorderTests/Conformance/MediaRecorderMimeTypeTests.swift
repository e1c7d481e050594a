import Media
import Recording
import Testing

/// The behaviours of web-platform-tests' mediacapture-record/MediaRecorder-mimetype.html.
@Suite(.timeLimit(.minutes(1))) struct MediaRecorderMimeTypeTests {
  @Test(arguments: [
    "audio/banana", "video/pineapple", "audio/mp4", "audio/ogg", "video/mp4", "video/x-matroska",
    "video/webm; codecs=\"vp9\"", "video/webm; codecs=\"av1\"", "video/webm; codecs=\"vp8, vorbis\"",
    "video/mp4; codecs=\"avc1\"", "audio/webm; codecs=\"vorbis\"",
  ])
  func `an unsupported type is a NotSupportedError`(type: String) {
    #expect(!MediaRecorder.isTypeSupported(type))
    var options = MediaRecorderOptions()
    options.mimeType = type
    let unsupported = options
    #expect(errorName { _ = try MediaRecorder(MediaStream(), unsupported) } == "NotSupportedError")
  }

  @Test(arguments: [
    ("video/webm", true, false), ("video/webm; codecs=\"vp8\"", true, false),
    ("video/webm; codecs=\"vp8, opus\"", true, true), ("", true, false), ("", false, true), ("", true, true),
    ("audio/webm", false, true),
    ("audio/webm; codecs=\"opus\"", false, true), ("video/webm", false, true),
    ("video/webm; codecs=\"vp8, opus\"", false, true),
  ])
  func `mimeType is the requested type, and after the start event the recorded one`(
    type: String, video: Bool, audio: Bool
  ) async throws {
    #expect(MediaRecorder.isTypeSupported(type))
    var options = MediaRecorderOptions()
    options.mimeType = type
    let streams = Streams(video: video, audio: audio)
    let recorder = try MediaRecorder(streams.stream, options)
    #expect(recorder.mimeType == type)
    let log = RecorderLog(recorder)
    try recorder.start()
    streams.sound.push(Array(repeating: 0.1, count: 9600))
    try await log.received("start")
    let codecs = (video ? ["vp8"] : []) + (audio ? ["opus"] : [])
    let media = video ? "video" : "(audio|video)"
    #expect(
      recorder.mimeType.wholeMatch(of: try Regex("\(media)/webm;codecs=\(codecs.joined(separator: ","))")) != nil,
      "\(recorder.mimeType)")
    if type.isEmpty, !video { #expect(recorder.mimeType.hasPrefix("audio/")) }
    recorder.stop()
    try await log.received("stop")
  }

  @Test func `mimeType is empty until the start event, which is sent once`() async throws {
    for (video, audio) in [(true, false), (false, true), (true, true)] {
      #expect(try MediaRecorder(Streams(video: video, audio: audio).stream).mimeType == "")
    }
    let streams = Streams()
    let recorder = try MediaRecorder(streams.stream)
    let log = RecorderLog(recorder)
    try recorder.start()
    try await log.received("start")
    #expect(recorder.mimeType.wholeMatch(of: /video\/[a-z]+;codecs=[^,]+/) != nil)
    for colour in 1..<20 as Range<UInt32> {
      streams.paint(colour << 16)
      try await Task.sleep(for: .milliseconds(10))
    }
    recorder.stop()
    try await log.received("stop")
    #expect(log.names.filter { $0 == "start" }.count == 1)
  }
}
