package import Media

/// Finds the times at which a field turns white in the pictures of a recording.
package struct FlashDetector: Sendable {
  private var levels: [(time: Double, luma: Double)] = []

  package init() {}

  /// Adds the next picture.
  /// - Parameters:
  ///   - luma: the picture's luma.
  ///   - field: the field's place in the picture, in pixels.
  ///   - time: the picture's presentation time, in seconds.
  package mutating func add(_ luma: LumaPlane, field: PixelRect, at time: Double) {
    add(level: luma.mean(of: field), at: time)
  }

  /// Adds the field's luma in the next picture, 0…255.
  package mutating func add(level: Double, at time: Double) { levels.append((time, level)) }

  /// When the field turned white, in seconds: the times of the first white pictures. White is anything above the middle of the
  /// darkest and the brightest level; empty if these differ by less than 60.
  package var flashes: [Double] {
    let dark = levels.map(\.luma).min() ?? 0
    let bright = levels.map(\.luma).max() ?? 0
    guard bright - dark >= 60 else { return [] }
    let middle = (dark + bright) / 2
    return zip(levels, levels.dropFirst()).filter { $0.luma < middle && $1.luma >= middle }.map { $1.time }
  }
}
