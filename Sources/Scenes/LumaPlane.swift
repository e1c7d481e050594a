package import Media

/// The luma plane of a picture, one byte per pixel.
package struct LumaPlane: Sendable, Hashable {
  /// Rows of `stride` samples; the first `width` of each are the picture's.
  package let samples: [UInt8]
  /// In pixels.
  package let width: Int
  /// In pixels.
  package let height: Int
  /// Samples from the start of one row to the start of the next.
  package let stride: Int

  /// - Parameters:
  ///   - samples: rows from top to bottom.
  ///   - width: pixels in a row.
  ///   - height: rows.
  ///   - stride: samples from the start of one row to the start of the next; `width` when nil.
  /// - Precondition: `samples` contains every row.
  package init(samples: [UInt8], width: Int, height: Int, stride: Int? = nil) {
    let stride = stride ?? width
    precondition(width > 0 && height > 0 && stride >= width, "a plane has rows")
    precondition(samples.count >= (height - 1) * stride + width, "a plane holds every row")
    self.samples = samples
    self.width = width
    self.height = height
    self.stride = stride
  }

  /// The mean luma of a part of the picture. Samples every fourth pixel in both directions: enough for a plain field.
  package func mean(of part: PixelRect) -> Double {
    let part = part.intersection(PixelRect(x: 0, y: 0, width: width, height: height))
    guard !part.isEmpty else { return 0 }
    var sum = 0
    var count = 0
    for y in Swift.stride(from: part.y, to: part.maxY, by: 4) {
      for x in Swift.stride(from: part.x, to: part.maxX, by: 4) {
        sum += Int(samples[y * stride + x])
        count += 1
      }
    }
    return Double(sum) / Double(count)
  }

  /// The mean over the middle half of a cell, where compression blurs least; nil if that is outside the picture.
  func meanOfMiddle(x: (Double, Double), y: (Double, Double)) -> Double? {
    guard let columns = Self.middle(x, limit: width), let rows = Self.middle(y, limit: height) else { return nil }
    var sum = 0
    for row in rows { for column in columns { sum += Int(samples[row * stride + column]) } }
    return Double(sum) / Double(columns.count * rows.count)
  }

  private static func middle(_ span: (Double, Double), limit: Int) -> Range<Int>? {
    let quarter = (span.1 - span.0) / 4
    let first = Int((span.0 + quarter).rounded())
    let last = max(first + 1, Int((span.1 - quarter).rounded()))
    return first >= 0 && last <= limit ? first..<last : nil
  }
}
