internal import Media
package import Scenes

/// Checks the colours of the test card's patches.
package enum ColourChecks {
  /// The patches with a colour error above `tolerance` in their inner half, each with its largest error in red, green or
  /// blue. Edges are not checked: chroma has half the resolution.
  /// - Parameter scale: the picture's size divided by the screen's; (`x`, `y`) is the picture's corner on the screen.
  package static func mismatches(
    _ card: TestCard, in frame: DecodedFrame, tolerance: Int, scale: Double = 1, x left: Int = 0, y top: Int = 0
  ) -> [String] {
    card.patches.compactMap { patch in
      var worst = 0
      for column in 0...8 {
        for row in 0...8 {
          let onScreenX = patch.rect.x + patch.rect.width / 4 + patch.rect.width * column / 16
          let onScreenY = patch.rect.y + patch.rect.height / 4 + patch.rect.height * row / 16
          let x = Int(Double(onScreenX - left) * scale)
          let y = Int(Double(onScreenY - top) * scale)
          guard x >= 0, y >= 0, x < frame.width, y < frame.height else { continue }
          worst = max(worst, distance(patch, Array(frame.pixel(x: x, y: y))))
        }
      }
      return worst > tolerance ? "\(patch.name) is off by \(worst)" : nil
    }
  }

  /// The largest difference in red, green or blue.
  package static func distance(_ patch: Patch, _ colour: [UInt8]) -> Int {
    zip([patch.red, patch.green, patch.blue], colour).map { abs(Int($0) - Int($1)) }.max() ?? 255
  }
}
