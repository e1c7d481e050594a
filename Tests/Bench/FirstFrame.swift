/// The time from a recorder's launch to the first frame in its file.
struct FirstFrame: Codable, Sendable {
  var recorder: RecorderName
  /// From launch to the drawing of the step in the first frame; for Chromium from the call of `getDisplayMedia` in a running
  /// browser. The scene draws 60 times a second, so the step may be 17 ms older than the frame.
  var milliseconds: [Double] = []
  var failures: [String] = []

  var median: Double? {
    let sorted = milliseconds.sorted()
    guard let middle = sorted.indices.isEmpty ? nil : sorted.count / 2 else { return nil }
    return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
  }
}
