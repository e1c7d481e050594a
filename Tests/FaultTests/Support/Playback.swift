import Foundation
import Harness
import Media
import Testing
import WebM

/// The pictures of a file, as read by `WebMReader`.
struct Playback {
  /// Presentation times of the frames, in milliseconds.
  let times: [Int]
  let hasIndex: Bool
  /// In seconds; nil in a file that was never finished.
  let duration: Double?
  let isWhole: Bool

  init(_ file: URL) throws {
    var reader = try WebMReader(WebMBytes([UInt8](try Data(contentsOf: file))))
    var times: [Int] = []
    var isWhole = true
    let pictures = reader.tracks.first(where: \.isVideo)?.number
    while let item = try reader.next() {
      if case .block(let block) = item, block.track == pictures { times.append(Int(block.time.roundedMilliseconds)) }
      if case .truncated = item { isWhole = false }
    }
    self.times = times
    self.isWhole = isWhole
    duration = reader.info.duration?.seconds
    hasIndex = !((try? reader.cues()) ?? []).isEmpty
  }

  /// Expects that ffprobe decodes every frame and mkvinfo reads the whole file without a warning.
  @discardableResult
  static func expect(
    _ file: URL, frames: Int? = nil, sourceLocation: SourceLocation = #_sourceLocation
  ) async throws -> Playback {
    let playback = try Playback(file)
    #expect(playback.isWhole, sourceLocation: sourceLocation)
    #expect(playback.times.first.map { $0 >= 0 } ?? false, sourceLocation: sourceLocation)
    for (before, after) in zip(playback.times, playback.times.dropFirst()) {
      #expect(before < after, sourceLocation: sourceLocation)
    }
    if let frames { #expect(playback.times.count == frames, sourceLocation: sourceLocation) }

    let options = "-v error -count_frames -select_streams v -of csv=p=0 -show_entries stream=nb_read_frames"
    let decoder = try Program("ffprobe", options.split(separator: " ").map(String.init) + [file.path])
    let decoded = try await decoder.exit(within: .seconds(120))
    let complaints = decoder.errorOutput
    #expect(decoded.status == 0 && complaints.isEmpty, "\(complaints)", sourceLocation: sourceLocation)
    let count = Int(decoder.output.trimmingCharacters(in: .whitespacesAndNewlines))
    #expect(count == playback.times.count, sourceLocation: sourceLocation)

    let info = try Program("mkvinfo", ["-a", file.path])
    let read = try await info.exit(within: .seconds(60))
    let output = info.output.lowercased()
    #expect(read.status == 0 && info.errorOutput.isEmpty, sourceLocation: sourceLocation)
    for word in ["warning", "error", "unknown element"] {
      #expect(!output.contains(word), sourceLocation: sourceLocation)
    }
    return playback
  }

  /// The colours of pixels of the picture that a player shows at `time`, in seconds.
  static func pixels(
    of file: URL, at time: Double, _ points: [(x: Int, y: Int)]
  ) async throws -> [[Int]] {
    let shown = try #require(try Playback(file).times.last { $0 <= Int(time * 1000) })
    for try await frame in try await FFmpeg.frames(of: file, as: .rgb, from: Double(shown) / 1000) {
      return points.map { frame.pixel(x: $0.x, y: $0.y).map(Int.init) }
    }
    throw HarnessError("\(file.path) has no picture at \(time) s")
  }
}
