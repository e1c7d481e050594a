import Foundation
import Harness

/// How much of a primary colour there is in each picture of a file.
enum ColourLevels {
  enum Primary: String { case red = "r", green = "g", blue = "b" }

  /// For each picture, by how much `primary` exceeds the other two where it does so most: 0 to 255. Every pixel is looked at.
  /// - Parameter crop: where, as ffmpeg's crop filter wants it.
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
