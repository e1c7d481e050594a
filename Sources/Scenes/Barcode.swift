package import Media

/// A time written as black and white cells, readable from luma after lossy compression.
///
/// Twelve cells by four, row by row from the upper left: the start pattern, 32 bits of milliseconds and 8 bits of
/// checksum, each with its highest bit first, and the stop pattern. White is one.
package struct Barcode: Sendable, Hashable {
  /// `CLOCK_MONOTONIC` in milliseconds, its low 32 bits.
  package let milliseconds: UInt32

  /// The barcode of a time.
  package init(milliseconds: UInt32) { self.milliseconds = milliseconds }

  /// Cells in a row.
  package static let columns = 12
  /// Rows of cells.
  package static let rows = 4
  /// The side of a cell in pixels of the screen.
  package static let cellSide = 8
  /// The size of the barcode on the screen, in pixels.
  package static let size = PixelSize(width: columns * cellSide, height: rows * cellSide)

  static let start: [Bool] = [true, false, true, true]
  static let stop: [Bool] = [false, true, false, false]

  /// `columns × rows` cells, row by row; true is white.
  package var cells: [Bool] {
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

// MARK: Decoding

extension Barcode {
  /// Reads a barcode from a picture's luma.
  /// - Parameter plane: the picture; limited or full range.
  /// - Parameter rect: the barcode's place on the screen, in the screen's pixels (`SceneName.barcodeRect(screen:)`).
  /// - Parameter scale: the picture's size divided by the screen's; 1 for an unscaled recording.
  /// - Returns: the milliseconds, or nil without a complete barcode with a valid checksum.
  package static func decode(_ plane: LumaPlane, at rect: PixelRect, scale: Double = 1) -> UInt32? {
    decode(plane, at: rect, scaleX: scale, scaleY: scale)
  }

  /// Reads a scene's barcode from a picture of it, scaled or not.
  /// - Parameters:
  ///   - plane: the picture's luma.
  ///   - scene: the drawn scene, which determines the barcode's place.
  ///   - screen: the size of the screen the scene was drawn on; the picture shows the whole screen.
  /// - Returns: the milliseconds, or nil without a complete barcode with a valid checksum.
  package static func decode(_ plane: LumaPlane, of scene: SceneName, screen: PixelSize) -> UInt32? {
    // An odd screen recorded at an even size was cropped or padded by one pixel rather than scaled.
    let scaleX = abs(plane.width - screen.width) <= 1 ? 1 : Double(plane.width) / Double(screen.width)
    let scaleY = abs(plane.height - screen.height) <= 1 ? 1 : Double(plane.height) / Double(screen.height)
    return decode(plane, at: scene.barcodeRect(screen: screen), scaleX: scaleX, scaleY: scaleY)
  }

  private static func decode(_ plane: LumaPlane, at rect: PixelRect, scaleX: Double, scaleY: Double) -> UInt32? {
    guard scaleX > 0, scaleY > 0 else { return nil }
    var levels: [Double] = []
    for row in 0..<rows {
      for column in 0..<columns {
        let x = (Double(rect.x + column * cellSide) * scaleX, Double(rect.x + (column + 1) * cellSide) * scaleX)
        let y = (Double(rect.y + row * cellSide) * scaleY, Double(rect.y + (row + 1) * cellSide) * scaleY)
        guard let level = plane.meanOfMiddle(x: x, y: y) else { return nil }
        levels.append(level)
      }
    }
    // The start and stop patterns give the levels of black and white.
    let known = zip(levels.prefix(start.count), start) + zip(levels.suffix(stop.count), stop)
    let white = known.filter(\.1).map(\.0).min() ?? 0
    let black = known.filter { !$0.1 }.map(\.0).max() ?? 0
    guard white - black >= 40 else { return nil }
    let bits = levels.map { $0 > (white + black) / 2 }
    let value = bits[start.count..<(start.count + 32)].reduce(UInt32(0)) { $0 << 1 | ($1 ? 1 : 0) }
    return bits == Barcode(milliseconds: value).cells ? value : nil
  }
}

private func + (a: Zip2Sequence<ArraySlice<Double>, [Bool]>, b: Zip2Sequence<ArraySlice<Double>, [Bool]>) -> [(
  Double, Bool
)] { Array(a) + Array(b) }
