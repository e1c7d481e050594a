/// How long a recorder takes from its launch to the first picture in its file.
struct FirstFrame: Codable, Sendable {
  var recorder: RecorderName
  /// From launch to the drawing of what the first frame shows; of Chromium from the call of `getDisplayMedia` in a
  /// browser that runs. The scene draws 60 times a second, so what is shown may be 17 ms older than the frame.
  var milliseconds: [Double] = []
  var failures: [String] = []

  var median: Double? {
    let sorted = milliseconds.sorted()
    guard let middle = sorted.indices.isEmpty ? nil : sorted.count / 2 else { return nil }
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
