public import Media

/// A time written as black and white cells, readable from luma after lossy compression.
///
/// Twelve cells by four, row by row from the upper left: the start pattern, 32 bits of milliseconds and 8 bits of
/// checksum, each with its highest bit first, and the stop pattern. White is one.
public struct Barcode: Sendable, Hashable {
  /// `CLOCK_MONOTONIC` in milliseconds, its low 32 bits.
  public let milliseconds: UInt32

  /// The barcode of a time.
  public init(milliseconds: UInt32) { self.milliseconds = milliseconds }

  /// Cells in a row.
  public static let columns = 12
  /// Rows of cells.
  public static let rows = 4
  /// The side of a cell in pixels of the screen.
  public static let cellSide = 8
  /// The size of the barcode on the screen, in pixels.
  public static let size = PixelSize(width: columns * cellSide, height: rows * cellSide)

  static let start: [Bool] = [true, false, true, true]
  static let stop: [Bool] = [false, true, false, false]

  /// `columns × rows` cells, row by row; true is white.
  public var cells: [Bool] {
    Self.start + Self.bits(milliseconds, count: 32) + Self.bits(UInt32(Self.checksum(milliseconds)), count: 8)
      + Self.stop
  }

  /// CRC-8 with polynomial x⁸ + x² + x + 1 over the four bytes, highest first; never 0 for time 0.
  static func checksum(_ value: UInt32) -> UInt8 {
    var register: UInt8 = 0xFF
    for shift in stride(from: 24, through: 0, by: -8) {
      register ^= UInt8(truncatingIfNeeded: value >> UInt32(shift))
      for _ in 0..<8 { register = register & 0x80 != 0 ? (register << 1) ^ 0x07 : register << 1 }
    }
    return register
  }

  static func bits(_ value: UInt32, count: Int) -> [Bool] {
    (0..<count).map { value >> UInt32(count - 1 - $0) & 1 == 1 }
  }
}
