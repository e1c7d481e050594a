package import Foundation

/// Looks into media files with ffmpeg and ffprobe.
package enum FFmpeg {
  /// Runs ffmpeg, quiet but for errors.
  /// - Returns: what it wrote to standard output.
  @discardableResult
  package static func run(_ arguments: [String], within limit: Duration = .seconds(60)) async throws -> String {
    try await Program.run("ffmpeg", ["-nostdin", "-hide_banner", "-loglevel", "error"] + arguments, within: limit)
  }

  /// What ffprobe says of a file: the members `streams` and `format`, and what `arguments` add.
  /// - Throws: `HarnessError` when ffprobe refuses the file.
  package static func probe(_ file: URL, _ arguments: [String] = []) async throws -> JSON {
    let options = ["-v", "error", "-of", "json", "-show_streams", "-show_format"]
    return try JSON(parsing: try await Program.run("ffprobe", options + arguments + [file.path], within: .seconds(60)))
  }

  /// The video frames of a file as ffprobe lists them: `pts_time`, `key_frame`, `pkt_size` and more of each.
  package static func frameList(_ file: URL) async throws -> [JSON] {
    let answer = try await probe(file, ["-select_streams", "v:0", "-show_frames"])
    return answer["frames"].array ?? []
  }

  /// The pictures of a file, one at a time.
  /// - Parameter start: where to seek to before, in seconds; 0 decodes from the first frame.
  package static func frames(
    of file: URL, as format: DecodedFrame.Format, from start: Double = 0
  ) async throws -> DecodedFrames {
    let streams = try await probe(file, ["-select_streams", "v:0"])["streams"]
    guard let width = streams[0]["width"].int, let height = streams[0]["height"].int else {
      throw HarnessError("\(file.path) has no video stream")
    }
    return DecodedFrames(file: file, format: format, width: width, height: height, start: start)
  }

  /// Saves the picture that a player shows at `time`, in seconds, as PNG or what the extension says.
  package static func picture(of file: URL, at time: Double, to picture: URL) async throws {
    try await run(["-ss", "\(time)", "-i", file.path, "-map", "0:v:0", "-frames:v", "1", "-y", picture.path])
  }

  /// How alike the luma of a decoded frame and a picture of the screen are: 1 for identical, with six decimals. A frame of
  /// another size is enlarged to the picture's first, as a player does.
  /// - Parameters:
  ///   - frame: in the format `.luma`.
  ///   - picture: an image file; it is converted by BT.601 to limited range, as VP8 prescribes.
  ///   - crop: what is compared, as ffmpeg's crop filter wants it: "width:height:x:y"; everything when nil.
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
