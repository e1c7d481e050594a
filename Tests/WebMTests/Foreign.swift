@testable import WebM

/// Parts of files of other programs.
enum Foreign {
  /// A header, a Segment of unknown size and one VP8 track of 8 × 8 pixels, without an Info.
  static let head = Samples.hex(
    """
    1A45DFA3 87 4282 84 7765626D
    18538067 01FFFFFFFFFFFFFF
    1654AE6B 9B AE 99 D7 81 01 73C5 81 01 83 81 01 86 85 565F565038 E0 86 B0 81 08 BA 81 08
    """)

  /// A cluster of known size that contains these elements.
  static func cluster(_ hex: String) -> [UInt8] {
    var writer = EBMLWriter()
    writer.binary(.cluster, Samples.hex(hex))
    return writer.bytes
  }
}
