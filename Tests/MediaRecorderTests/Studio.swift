import Foundation
import Harness
import Media
import Recording
import Synthetic
import WebM

/// A stream with one painted track, and a recorder of it.
struct Studio {
  static let size = PixelSize(width: 96, height: 64)

  let source: SyntheticSource
  let track: MediaStreamTrack
  let stream: MediaStream
  let recorder: MediaRecorder
  let log: RecorderLog

  init(isShown: Bool = true, _ options: MediaRecorderOptions = .init()) throws {
    var picture = PaintedPicture(Self.size)
    picture.write(PixelRect(Self.size), seed: 1)
    source = SyntheticSource(picture, isShown: isShown)
    track = MediaStreamTrack(source: source, label: "test")
    stream = MediaStream([track])
    recorder = try MediaRecorder(stream, options)
    log = RecorderLog(recorder)
  }

  func repaint(_ seed: UInt64) { source.write(PixelRect(Self.size), seed: seed) }

  /// Paints repeatedly until the recorder has encoded `count` more frames.
  func paintUntilEncoded(_ count: Int, of recorder: MediaRecorder? = nil, seed: UInt64 = 1000) async throws {
    let recorder = recorder ?? self.recorder
    let goal = recorder.statistics.framesEncoded + count
    var seed = seed
    let deadline = MediaTime.now + .seconds(20)
    while recorder.statistics.framesEncoded < goal {
      guard MediaTime.now < deadline else { throw CancellationError() }
      seed += 1
      repaint(seed)
      try await Task.sleep(for: .milliseconds(15))
    }
  }

  /// The similarity of the last picture, decoded by ffmpeg, to the source's: 1 is identical.
  func similarity(of bytes: [UInt8]) async throws -> Double {
    let folder = try TemporaryDirectory()
    let file = folder.file("recording.webm")
    try Data(bytes).write(to: file)
    var last: DecodedFrame?
    for try await frame in try await FFmpeg.frames(of: file, as: .rgb) { last = frame }
    guard let last else { return 0 }
    let picture = source.picture
    var error = 0.0
    for y in 0..<Self.size.height {
      for x in 0..<Self.size.width {
        let shown = last.pixel(x: x, y: y)
        error += abs(Double(shown[shown.startIndex + 1]) - Double(picture[x, y].green))
      }
    }
    return 1 - error / Double(Self.size.width * Self.size.height) / 255
  }
}
