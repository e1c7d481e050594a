public import Media

extension Barcode {
  /// Reads a barcode from a picture's luma.
  /// - Parameter plane: the picture; limited or full range.
  /// - Parameter rect: the barcode's place on the screen, in the screen's pixels (`SceneName.barcodeRect(screen:)`).
  /// - Parameter scale: the picture's size divided by the screen's; 1 for an unscaled recording.
  /// - Returns: the milliseconds, or nil without a complete barcode with a valid checksum.
  public static func decode(_ plane: LumaPlane, at rect: PixelRect, scale: Double = 1) -> UInt32? {
    decode(plane, at: rect, scaleX: scale, scaleY: scale)
  }

  /// Reads a scene's barcode from a picture of it, scaled or not.
  /// - Parameters:
  ///   - plane: the picture's luma.
  ///   - scene: the drawn scene, which determines the barcode's place.
  ///   - screen: the size of the screen the scene was drawn on; the picture shows the whole screen.
  /// - Returns: the milliseconds, or nil without a complete barcode with a valid checksum.
  public static func decode(_ plane: LumaPlane, of scene: SceneName, screen: PixelSize) -> UInt32? {
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
