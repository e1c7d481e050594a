import Media
import Scenes

/// Draws a barcode into a mid-grey plane, scaled by a box filter, as a recorder does.
func plane(
  _ barcode: Barcode, at rect: PixelRect, width: Int, height: Int, scale: Double = 1, black: Double = 16,
  white: Double = 235
) -> LumaPlane {
  let cells = barcode.cells
  func level(_ x: Int, _ y: Int) -> Double {
    guard x >= rect.x, x < rect.maxX, y >= rect.y, y < rect.maxY else { return 126 }
    let cell = (y - rect.y) / Barcode.cellSide * Barcode.columns + (x - rect.x) / Barcode.cellSide
    return cells[cell] ? white : black
  }
  let scaledWidth = Int((Double(width) * scale).rounded())
  let scaledHeight = Int((Double(height) * scale).rounded())
  var samples: [UInt8] = []
  let taps = 4
  for y in 0..<scaledHeight {
    for x in 0..<scaledWidth {
      var sum = 0.0
      for tap in 0..<(taps * taps) {
        let sourceX = (Double(x) + (Double(tap % taps) + 0.5) / Double(taps)) / scale
        let sourceY = (Double(y) + (Double(tap / taps) + 0.5) / Double(taps)) / scale
        sum += level(min(width - 1, Int(sourceX)), min(height - 1, Int(sourceY)))
      }
      samples.append(UInt8(sum / Double(taps * taps)))
    }
  }
  return LumaPlane(samples: samples, width: scaledWidth, height: scaledHeight)
}
