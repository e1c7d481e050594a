import Foundation
import Harness

/// The amount of a primary colour in each picture of a file.
enum ColourLevels {
  enum Primary: String { case red = "r", green = "g", blue = "b" }

  /// For each picture, the most by which `primary` exceeds the other two in a pixel: 0 to 255.
  /// - Parameter crop: the part of the picture, as an argument of ffmpeg's crop filter.
  static func highest(
    _ primary: Primary, in file: URL, crop: String? = nil, within limit: Duration = .seconds(60)
  ) async throws -> [Int] {
    let others = "rgb".filter { String($0) != primary.rawValue }
    let part = crop.map { "crop=\($0):exact=1," } ?? ""
    let text = try await FFmpeg.run(
      [
        "-i", file.path, "-filter_complex",
        "[0:v]scale=flags=accurate_rnd+full_chroma_int+full_chroma_inp,format=gbrp,\(part)"
          + "extractplanes=r+g+b[r][g][b];[\(primary.rawValue)]split[own][too];"
          + "[own][\(others.first!)]blend=all_mode=subtract[x];[too][\(others.last!)]blend=all_mode=subtract[y];"
          + "[x][y]blend=all_mode=darken,signalstats,metadata=print:key=lavfi.signalstats.YMAX:file=-",
        "-fps_mode", "passthrough", "-f", "null", "-",
      ], within: limit)
    return text.split(separator: "\n").compactMap { line in
      line.hasPrefix("lavfi.signalstats.YMAX=") ? Int(line.dropFirst("lavfi.signalstats.YMAX=".count)) : nil
    }
  }
}
