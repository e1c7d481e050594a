package import WebM

/// A file in memory to which the steps of a repair are applied.
package struct RepairedFile {
  /// The damaged file, from which bytes are copied.
  private let source: [UInt8]
  package private(set) var bytes: [UInt8]

  /// The damaged file, to be repaired in place.
  package init(inPlace source: [UInt8]) {
    self.source = source
    bytes = source
  }

  /// A new file, made from `source`.
  package init(from source: [UInt8]) {
    self.source = source
    bytes = []
  }

  /// Applies one step. A patch or a copy outside the file is a bug of the repair, and traps.
  package mutating func apply(_ step: WebMRepairStep) {
    switch step {
    case .append(let added): bytes += added
    case .copy(let range): bytes += source[Int(range.lowerBound)..<Int(range.upperBound)]
    case .patch(let offset, let patch):
      bytes.replaceSubrange(Int(offset)..<Int(offset) + patch.count, with: patch)
    case .truncate(let size):
      precondition(size <= bytes.count, "a truncation that lengthens")
      bytes.removeLast(bytes.count - Int(size))
    case .flush: break
    }
  }
}
