/// How long everything takes.
struct Plan: Codable, Sendable {
  /// The two runs whose difference is the steady state, in seconds.
  var shortRun = 3.0
  var longRun = 11.0
  /// How long the X server is watched without a recorder.
  var baseline = 5.0
  /// Motion before the rest, in seconds.
  var motion = 5.0
  /// From the end of motion to the end of the recording.
  var rest = 1.0
  /// Launches for the time to the first frame.
  var launches = 5

  /// Figures of this plan are good for trying the benchmark only.
  static let quick = Plan(shortRun: 2, longRun: 5, baseline: 2, motion: 2, rest: 1, launches: 2)
}
