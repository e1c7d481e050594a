package import Foundation

/// Inspects media files with ffmpeg and ffprobe.
package enum FFmpeg {
  /// Runs ffmpeg; it only logs errors.
  /// - Returns: its standard output.
  @discardableResult
  package static func run(_ arguments: [String], within limit: Duration = .seconds(60)) async throws -> String {
    try await Program.run("ffmpeg", ["-nostdin", "-hide_banner", "-loglevel", "error"] + arguments, within: limit)
  }

  /// ffprobe's report on a file: the members `streams` and `format`, and those that `arguments` add.
  /// - Throws: `HarnessError` when ffprobe rejects the file.
  package static func probe(_ file: URL, _ arguments: [String] = []) async throws -> JSON {
    let options = ["-v", "error", "-of", "json", "-show_streams", "-show_format"]
    return try JSON(parsing: try await Program.run("ffprobe", options + arguments + [file.path], within: .seconds(60)))
  }

  /// ffprobe's list of a file's video frames: `pts_time`, `key_frame`, `pkt_size` and more.
  package static func frameList(_ file: URL) async throws -> [JSON] {
    let answer = try await probe(file, ["-select_streams", "v:0", "-show_frames"])
    return answer["frames"].array ?? []
  }

  /// The decoded frames of a file, one at a time.
  /// - Parameter start: the time to seek to first, in seconds; 0 decodes from the first frame.
  package static func frames(
    of file: URL, as format: DecodedFrame.Format, from start: Double = 0
  ) async throws -> DecodedFrames {
    let streams = try await probe(file, ["-select_streams", "v:0"])["streams"]
    guard let width = streams[0]["width"].int, let height = streams[0]["height"].int else {
      throw HarnessError("\(file.path) has no video stream")
    }
    return DecodedFrames(file: file, format: format, width: width, height: height, start: start)
  }

  /// Saves the picture that a player shows at `time`, in seconds; the extension determines the format, such as PNG.
  package static func picture(of file: URL, at time: Double, to picture: URL) async throws {
    try await run(["-ss", "\(time)", "-i", file.path, "-map", "0:v:0", "-frames:v", "1", "-y", picture.path])
  }

  /// The SSIM of the luma of a decoded frame and a screenshot: 1 for identical, with six decimals. A frame of another size
  /// is first scaled to the screenshot's, as a player does.
  /// - Parameters:
  ///   - frame: in the format `.luma`.
  ///   - picture: an image file; it is converted by BT.601 to limited range, as VP8 prescribes.
  ///   - crop: the area to compare, in the format of ffmpeg's crop filter: "width:height:x:y"; everything when nil.
  package static func lumaSSIM(
    of frame: DecodedFrame, to picture: URL, crop: String? = nil
  ) async throws -> Double {
    precondition(frame.format == .luma, "SSIM is of luma planes")
    let folder = try TemporaryDirectory()
    let raw = folder.file("frame.gray")
    try Data(frame.bytes).write(to: raw)
    let part = crop.map { "crop=\($0)," } ?? ""
    let conversion = "scale=out_color_matrix=bt601:out_range=tv:flags=accurate_rnd+full_chroma_int"
    let answer = try await run([
      "-f", "rawvideo", "-pix_fmt", "gray", "-video_size", "\(frame.width)x\(frame.height)", "-i", raw.path,
      "-i", picture.path,
      "-lavfi",
      "[1:v]\(conversion),format=yuv420p,extractplanes=y[picture];"
        + "[0:v][picture]scale2ref=flags=bicubic[scaled][reference];"
        + "[scaled]\(part)null[frame];[reference]\(part)null[shown];[frame][shown]ssim=stats_file=-",
      "-f", "null", "-",
    ])
    guard let label = answer.range(of: "Y:"), let value = Double(answer[label.upperBound...].prefix { $0 != " " })
    else { throw HarnessError("ffmpeg's ssim filter said: \(answer)") }
    return value
  }
}
