import Encoding
import Foundation
import Harness
import Media
import Recording
import Synthetic
import Testing

@Suite(.timeLimit(.minutes(1)))
struct EncodedRecorderTests {
  private let size = PixelSize(width: 160, height: 120)

  /// Encoded frames, the first a key frame.
  private func encodedFrames() async throws -> [EncodedFrame] {
    var picture = PaintedPicture(size)
    picture.write(PixelRect(size), seed: 1)
    let source = SyntheticSource(picture)
    let log = FrameLog()
    let encoder = VideoEncoder.subscribe(log, to: MediaStreamTrack(source: source, label: "test"), settings: .init())
    try await log.seen("the first picture") { !$0.frames.isEmpty }
    for seed in 2..<12 {
      source.write(PixelRect(size), seed: UInt64(seed))
      try await log.seen("a change") { $0.frames.filter { $0.kind == .change }.count >= seed }
    }
    encoder.remove(log, finishing: true)
    return log.current.frames.map {
      EncodedFrame(
        codec: .vp8, data: $0.data, timestamp: $0.timestamp, isKeyFrame: $0.isKeyFrame,
        size: $0.isKeyFrame ? size : nil)
    }
  }

  @Test func `encoded video and sound are recorded unchanged from the first key frame on`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("remote.webm")
    let (video, audio) = (RemoteSource(), RemoteSource())
    let stream = MediaStream(
      id: "remote",
      [
        MediaStreamTrack(kind: .audio, source: audio, label: "", id: "a"),
        MediaStreamTrack(kind: .video, source: video, label: "", id: "v"),
      ])
    let recorder = try EncodedRecorder(stream, path: file.path)
    let frames = try await encodedFrames()
    let start = frames[0].timestamp
    // Sound and video before the first key frame are dropped.
    audio.send(opus(at: start - .milliseconds(20)))
    video.send(frames[1])
    for (index, frame) in frames.enumerated() {
      video.send(frame)
      audio.send(opus(at: start + .milliseconds(Int64(index) * 20)))
    }
    let statistics = try await recorder.stop()
    #expect(statistics.frames == 2 * frames.count)
    #expect(statistics.framesDropped == 2)
    let probe = try await FFmpeg.probe(file, ["-count_packets"])
    let streams = probe["streams"].array ?? []
    #expect(streams.map { $0["codec_name"].string } == ["vp8", "opus"])
    #expect(streams.map { $0["nb_read_packets"].number } == [Double(frames.count), Double(frames.count)])
    #expect(streams.first?["width"].int == size.width)
    let shown = try await FFmpeg.frameList(file)
    #expect(shown.count == frames.count)
  }

  @Test func `a stream without encoded tracks and an existing file are errors`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("remote.webm")
    let local = MediaStream([
      MediaStreamTrack(source: SyntheticSource(PaintedPicture(size)), label: "test")
    ])
    #expect(throws: MediaRecorderError.self) { try EncodedRecorder(local, path: file.path) }
    #expect(!FileManager.default.fileExists(atPath: file.path))
    try Data("kept".utf8).write(to: file)
    let remote = MediaStream(id: "r", [MediaStreamTrack(kind: .video, source: RemoteSource(), label: "", id: "v")])
    #expect(throws: MediaRecorderError.output(.exists(path: file.path))) {
      try EncodedRecorder(remote, path: file.path)
    }
    #expect(try Data(contentsOf: file) == Data("kept".utf8))
  }

  /// 20 ms of silence.
  private func opus(at time: MediaTime) -> EncodedFrame {
    EncodedFrame(codec: .opus, data: [0xfc, 0xff, 0xfe], timestamp: time, isKeyFrame: true)
  }
}

/// The source of a remote track; sends a test's frames.
private final class RemoteSource: EncodedSource {
  let events = EventBroadcaster<MediaSourceEvent>()
  private let sinks = Monitor<[any EncodedSink]>([])

  var settings: MediaTrackSettings { MediaTrackSettings() }
  func attach(_ sink: any EncodedSink) { sinks.withLock { $0.append(sink) } }
  func detach(_ sink: any EncodedSink) { sinks.withLock { $0.removeAll { $0 === sink } } }
  func requestKeyFrame() {}
  func stop() { events.finish() }
  func send(_ frame: EncodedFrame) { for sink in sinks.withLock({ $0 }) { sink.receive(frame) } }
}
