import Foundation
import Media
import WebM

/// A file read by Oriel's own reader.
struct WebMFile {
  let info: WebMInfo
  let blocks: [WebMBlock]
  let cues: [WebMCue]
  let truncation: WebMTruncation?
  let size: UInt64

  init(_ file: URL) throws {
    let bytes = [UInt8](try Data(contentsOf: file))
    size = UInt64(bytes.count)
    var reader = try WebMReader(WebMBytes(bytes))
    info = reader.info
    var blocks: [WebMBlock] = []
    var truncation: WebMTruncation?
    while let item = try reader.next() {
      if case .block(let block) = item { blocks.append(block) }
      if case .truncated(let end) = item { truncation = end }
    }
    self.blocks = blocks
    self.truncation = truncation
    cues = (try? reader.cues()) ?? []
  }

  /// The timestamps of the frames, in milliseconds.
  var times: [Int] { blocks.map { Int($0.time.roundedMilliseconds) } }
  var keyFrameTimes: [Int] { blocks.filter(\.isKeyFrame).map { Int($0.time.roundedMilliseconds) } }

  /// In seconds; nil in an unfinished file.
  var duration: Double? { info.duration?.seconds }

  /// Whether it was finished: with a duration, and an index of all key frames that points to clusters.
  var isSeekable: Bool {
    let clusters = Set(blocks.map(\.clusterOffset))
    return info.duration != nil && !cues.isEmpty && truncation == nil
      && cues.allSatisfy { clusters.contains($0.clusterOffset) }
  }
}
