/// The X server's CPU use for a scene without a recorder.
struct Baseline: Codable, Sendable {
  var scene: String
  /// CPU seconds per second.
  var serverCPU: Double
}
