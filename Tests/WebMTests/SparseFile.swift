import WebM

/// A file too large for memory: it stores appended arrays by reference, so that a payload appended many times is stored
/// once.
struct SparseFile: WebMSource {
  private var offsets: [UInt64] = []
  private(set) var pieces: [[UInt8]] = []
  private(set) var size: UInt64 = 0

  mutating func apply(_ outputs: [WebMOutput]) {
    for output in outputs {
      switch output {
      case .append(let bytes):
        offsets.append(size)
        pieces.append(bytes)
        size += UInt64(bytes.count)
      case .patch(let offset, let bytes):
        let piece = piece(at: offset)
        let start = Int(offset - offsets[piece])
        pieces[piece].replaceSubrange(start..<start + bytes.count, with: bytes)
      }
    }
  }

  /// Calls `body` with at most `count` bytes of each piece, and their offset: enough for a sparse copy when the rest is
  /// zeros.
  func forEachPiece(keeping count: Int, _ body: (UInt64, ArraySlice<UInt8>) throws -> Void) rethrows {
    for (offset, piece) in zip(offsets, pieces) { try body(offset, piece.prefix(count)) }
  }

  func read(at offset: UInt64, count: Int) -> [UInt8] {
    var bytes: [UInt8] = []
    guard offset < size else { return bytes }
    var index = piece(at: offset)
    var skipped = Int(offset - offsets[index])
    while bytes.count < count && index < pieces.count {
      bytes += pieces[index][skipped...].prefix(count - bytes.count)
      skipped = 0
      index += 1
    }
    return bytes
  }

  private func piece(at offset: UInt64) -> Int {
    var low = 0
    var high = offsets.count
    while high - low > 1 {
      let middle = (low + high) / 2
      if offsets[middle] <= offset { low = middle } else { high = middle }
    }
    return low
  }
}
