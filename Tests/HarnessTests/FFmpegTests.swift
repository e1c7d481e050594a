import Foundation
import Harness
import Testing

@Suite(.timeLimit(.minutes(1))) struct FFmpegTests {
  @Test func `decoded frames have their presentation times, and ffprobe describes the file`() async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("test.webm")
    try await FFmpeg.run([
      "-f", "lavfi", "-i", "testsrc2=size=320x240:rate=25:duration=0.4", "-c:v", "libvpx", "-b:v", "1M", file.path,
    ])
    let stream = try await FFmpeg.probe(file)["streams"][0]
    #expect(stream["codec_name"] == "vp8")
    #expect(stream["width"] == 320)
    #expect(try await FFmpeg.frameList(file).map { $0["pts_time"].number } == (0..<10).map { Double($0) * 0.04 })
    var times: [Int] = []
    for try await frame in try await FFmpeg.frames(of: file, as: .luma) {
      #expect(frame.bytes.count == 320 * 240)
      times.append(frame.milliseconds)
    }
    #expect(times == (0..<10).map { $0 * 40 })
  }

  @Test func `SSIM is 1 for the same picture and lower for a different one`() async throws {
    let folder = try TemporaryDirectory()
    let (picture, other) = (folder.file("a.png"), folder.file("b.png"))
    for (file, luma) in [(picture, "random(1)*255"), (other, "X/2")] {
      let source = "nullsrc=size=320x240,geq=\(luma):128:128"
      try await FFmpeg.run(["-f", "lavfi", "-i", source, "-frames:v", "1", file.path])
    }
    let frames = try await FFmpeg.frames(of: picture, as: .luma)
    let frame = try #require(try await frames.first { _ in true })
    #expect(try await FFmpeg.lumaSSIM(of: frame, to: picture) > 0.9999)
    #expect(try await FFmpeg.lumaSSIM(of: frame, to: other) < 0.5)
  }

  @Test func `probing a file that is not a video throws`() async throws {
    let folder = try TemporaryDirectory()
    try "not a video".write(to: folder.file("x.webm"), atomically: true, encoding: .utf8)
    await #expect(throws: HarnessError.self) { try await FFmpeg.probe(folder.file("x.webm")) }
  }
}
