import Foundation
import Media
import TestSupport
import WebM

/// A small VP8 stream encoded by ffmpeg: 320 × 180, 30 frames a second, a key frame every 45.
struct RealVideo {
  var ivf: Data
  var frames: [EncodedBlock] = []

  static let frameCount = 150

  init() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("video.ivf")
    let result = try await Tool.ffmpeg.run(
      "-v", "error", "-f", "lavfi", "-i", "testsrc=size=320x180:rate=30:duration=5", "-c:v", "libvpx", "-deadline",
      "realtime", "-cpu-used", "8", "-g", "45", "-b:v", "300k", "-pix_fmt", "yuv420p", file.path)
    guard result.status == 0 else { throw CocoaError(.fileReadCorruptFile) }
    ivf = try Data(contentsOf: file)
    // IVF: 32 bytes of header, then frames with a size of 4 bytes and a time of 8, in units of 1/30 s.
    func littleEndian(_ at: Int, _ count: Int) -> Int {
      (0..<count).reduce(0) { $0 | Int(ivf[at + $1]) << (8 * $1) }
    }
    var position = 32
    while position + 12 <= ivf.count {
      let size = littleEndian(position, 4)
      let time = littleEndian(position + 4, 8)
      let data = [UInt8](ivf[position + 12..<position + 12 + size])
      frames.append(
        EncodedBlock(
          track: 1, time: MediaTime(nanoseconds: Int64(time) * 1_000_000_000 / 30), isKeyFrame: data[0] & 1 == 0,
          data: data))
      position += 12 + size
    }
  }

  /// The frames as WebM; `finish` is not called for an unfinished file.
  func webM(_ mode: WebMMuxer.Mode, finished: Bool = true) throws -> [UInt8] {
    var muxer = try WebMMuxer(
      tracks: [.vp8(number: 1, width: 320, height: 180)], writingApplication: "Oriel 0", mode: mode)
    var file = MemoryFile()
    file.apply(muxer.start())
    for frame in frames { file.apply(try muxer.write(frame)) }
    if finished { file.apply(muxer.finish(duration: .seconds(6))) }
    return file.bytes
  }
}
