public import WebM

/// A file in memory that does what a repair says.
public struct RepairedFile {
  /// The damaged file, which copies are of.
  private let source: [UInt8]
  public private(set) var bytes: [UInt8]

  /// The damaged file, to be repaired where it is.
  public init(inPlace source: [UInt8]) {
    self.source = source
    bytes = source
  }

  /// A new file, made from `source`.
  public init(from source: [UInt8]) {
    self.source = source
    bytes = []
  }

  /// Does one step. A patch past the end or a copy of what is not there is a mistake of the repair, and traps.
  public mutating func apply(_ step: WebMRepairStep) {
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
