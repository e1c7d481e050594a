import Foundation
import Media
import TestSupport
import Testing

@testable import WebM

@Suite(.enabled(if: Tool.ffmpeg.isInstalled && Tool.ffprobe.isInstalled && Tool.mkvinfo.isInstalled))
struct RealToolsTests {
  private let folder: TemporaryDirectory
  private let video: RealVideo

  init() async throws {
    folder = try TemporaryDirectory()
    video = try await RealVideo()
    #expect(video.frames.count == RealVideo.frameCount)
  }

  private func file(_ bytes: [UInt8], _ name: String = "video.webm") throws -> URL {
    let file = folder.file(name)
    try Data(bytes).write(to: file)
    return file
  }

  /// Expects that the tools report no errors in a whole file.
  private func expectAccepted(_ file: URL) async throws {
    let probe = try await Tool.ffprobe.run(
      "-v", "error", "-count_frames", "-select_streams", "v", "-of", "csv=p=0", "-show_entries",
      "stream=nb_read_frames", file.path)
    #expect(probe.errors == "")
    #expect(probe.output == "\(RealVideo.frameCount)")
    let info = try await Tool.mkvinfo.run("-a", file.path)
    #expect(info.status == 0 && info.errors == "")
    let lines = info.output.lowercased()
    for word in ["warning", "error", "unknown element", "not conform"] { #expect(!lines.contains(word)) }
    #expect(lines.components(separatedBy: "simple block").count - 1 == RealVideo.frameCount)
    guard Tool.webmInfo.isInstalled else { return }
    let webm = try await Tool.webmInfo.run("-all", "-i", file.path)
    #expect(webm.status == 0 && webm.errors == "")
    #expect(webm.output.components(separatedBy: " Block: type:V").count - 1 == RealVideo.frameCount)
    #expect(!webm.output.contains("invalid VP8"))
  }

  private func decodedMD5(_ file: URL) async throws -> String {
    let result = try await Tool.ffmpeg.run(
      "-v", "error", "-i", file.path, "-fps_mode", "passthrough", "-f", "md5", "-")
    #expect(result.errors == "" && result.status == 0)
    return result.output
  }

  @Test func `a finished file is accepted by ffprobe, mkvinfo and webm_info, and decodes to the same pictures`()
    async throws
  {
    let webM = try file(video.webM(.seekable))
    try await expectAccepted(webM)
    let ivf = folder.file("video.ivf")
    try video.ivf.write(to: ivf)
    #expect(try await decodedMD5(webM) == decodedMD5(ivf))
    let probe = try await Tool.ffprobe.run(
      "-v", "error", "-of", "default=nw=1", "-show_entries",
      "format=duration:stream=codec_name,width,height,color_range,color_space,color_transfer,color_primaries", webM.path
    )
    let expected = [
      "codec_name=vp8", "width=320", "height=180", "color_range=tv", "color_space=smpte170m",
      "color_transfer=iec61966-2-1", "color_primaries=bt709", "duration=6.000000",
    ]
    for line in expected { #expect(probe.output.split(separator: "\n").contains { $0 == line }) }
  }

  @Test func `ffmpeg reads the times that the muxer wrote`() async throws {
    let probe = try await Tool.ffprobe.run(
      "-v", "error", "-of", "csv=p=0", "-show_entries", "packet=pts", file(video.webM(.seekable)).path)
    let times = probe.output.split(whereSeparator: \.isWhitespace).map { Int64($0.filter(\.isNumber)) }
    #expect(times == video.frames.map { $0.time.roundedMilliseconds })
  }

  @Test func `a seek lands on the previous key frame`() async throws {
    let webM = try file(video.webM(.seekable))
    for (target, key) in [("2.9", "1.500"), ("3.1", "3.000"), ("4.9", "4.500")] {
      let probe = try await Tool.ffprobe.run(
        "-v", "error", "-of", "csv=p=0", "-read_intervals", "\(target)%+#1", "-show_entries", "packet=pts_time,flags",
        webM.path)
      #expect(probe.errors == "")
      #expect(probe.output.hasPrefix(key))
      #expect(probe.output.contains("K"))
    }
  }

  @Test func `a stream is accepted from a file and from a pipe`() async throws {
    let webM = try file(video.webM(.streaming))
    try await expectAccepted(webM)
    let piped = try await Tool.ffprobe.run(
      "-v", "error", "-count_frames", "-of", "csv=p=0", "-show_entries", "stream=nb_read_frames", "-f", "webm",
      "pipe:0", input: webM)
    #expect(piped.errors == "")
    #expect(piped.output == "\(RealVideo.frameCount)")
  }

  @Test func `an unfinished file with its reserved spaces is accepted`() async throws {
    try await expectAccepted(file(video.webM(.seekable, finished: false)))
  }

  @Test func `a file cut between two blocks or inside one plays up to the cut`() async throws {
    for (mode, finished) in [(WebMMuxer.Mode.seekable, false), (.seekable, true), (.streaming, true)] {
      let bytes = try video.webM(mode, finished: finished)
      let blocks = Samples.blocks(Samples.readAll(WebMBytes(bytes)).items)
      let end = Int(try #require(blocks[69].element.end))
      for extra in [0, 40] {
        let webM = try file(Array(bytes[..<(end + extra)]))
        let probe = try await Tool.ffprobe.run(
          "-v", "fatal", "-count_frames", "-of", "csv=p=0", "-show_entries", "stream=nb_read_frames", webM.path)
        #expect(probe.status == 0 && probe.errors == "")
        // ffmpeg also decodes the incomplete block.
        #expect(70...71 ~= Int(probe.output) ?? 0)
        // mkvinfo warns (1) of an incomplete block, but not of a file of unknown sizes that ends between two.
        let info = try await Tool.mkvinfo.run("-a", webM.path)
        #expect(0...(extra > 0 ? 1 : 0) ~= info.status, "\(mode) \(finished) \(extra): \(info.output.suffix(300))")
      }
    }
  }

  @Test func `a file by ffmpeg is read, whole or cut anywhere`() async throws {
    let ivf = folder.file("video.ivf")
    try video.ivf.write(to: ivf)
    for options in [["-dash", "0"], ["-live", "1"]] {
      let written = folder.file("ffmpeg.webm")
      let result = try await Tool.ffmpeg.run(
        "-v", "error", "-y", "-i", ivf.path, "-c", "copy", options[0], options[1], "-f", "webm", written.path)
      #expect(result.status == 0)
      let bytes = [UInt8](try Data(contentsOf: written))
      let (items, error) = Samples.readAll(WebMBytes(bytes))
      #expect(error == nil)
      let blocks = Samples.blocks(items)
      #expect(blocks.map(\.isKeyFrame) == video.frames.map(\.isKeyFrame))
      #expect(blocks.map(\.time.roundedMilliseconds) == video.frames.map(\.time.roundedMilliseconds))
      var reader = try WebMReader(WebMBytes(bytes))
      for (block, frame) in zip(blocks, video.frames) { #expect(try reader.bytes(in: block.frames[0]) == frame.data) }
      for length in stride(from: 2000, to: bytes.count, by: 997) {
        let cut = Samples.blocks(Samples.readAll(WebMBytes(Array(bytes[..<length]))).items)
        #expect(cut == blocks.filter { ($0.element.end ?? .max) <= UInt64(length) })
      }
    }
  }

  @Test func `ffprobe seeks to the end of 12 hours and 4 GiB`() async throws {
    let small = try #require(video.frames.dropFirst().map(\.data).min { $0.count < $1.count })
    let recording = try LongRecording(firstFrame: video.frames[0].data, nextFrame: small)
    let webM = folder.file("long.webm")
    try Data().write(to: webM)
    let handle = try FileHandle(forWritingTo: webM)
    // The frames' zeros are holes: the file takes some megabytes of disk.
    try handle.truncate(atOffset: recording.file.size)
    try recording.file.forEachPiece(keeping: max(small.count, video.frames[0].data.count)) { offset, bytes in
      try handle.seek(toOffset: offset)
      try handle.write(contentsOf: bytes)
    }
    try handle.close()
    let probe = try await Tool.ffprobe.run(
      "-v", "error", "-of", "csv=p=0", "-read_intervals", "44900%+#1", "-show_entries",
      "packet=pts_time,pos:format=duration", webM.path)
    #expect(probe.errors == "")
    let numbers = probe.output.split { $0 == "," || $0.isWhitespace }.compactMap { Double($0) }
    try #require(numbers.count == 3)
    // The time and position of the last key frame, number 4465, and the duration.
    #expect(numbers[0] == Double(LongRecording.time(4465).roundedMilliseconds) / 1000)
    #expect(numbers[1] > 4_294_967_296)
    #expect(abs(numbers[2] - LongRecording.duration.seconds) < 0.001)
  }
}
