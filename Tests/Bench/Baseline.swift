/// The X server's own need for a scene that nothing records.
struct Baseline: Codable, Sendable {
  var scene: String
  /// CPU seconds per second.
  var serverCPU: Double
}
