import Foundation
import Media
import WebM

/// A file as Oriel's own reader sees it.
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

  /// When the frames are shown, in milliseconds.
  var times: [Int] { blocks.map { Int($0.time.roundedMilliseconds) } }
  var keyFrameTimes: [Int] { blocks.filter(\.isKeyFrame).map { Int($0.time.roundedMilliseconds) } }

  /// In seconds; nil in a file that was never finished.
  var duration: Double? { info.duration?.seconds }

  /// Whether it has been finished: a length, and an index with every key frame that points at clusters.
  var isSeekable: Bool {
    let clusters = Set(blocks.map(\.clusterOffset))
    return info.duration != nil && !cues.isEmpty && truncation == nil
      && cues.allSatisfy { clusters.contains($0.clusterOffset) }
  }
}
