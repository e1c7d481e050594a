/// The durations of the measurements.
struct Plan: Codable, Sendable {
  /// The two runs, in seconds; their difference is the steady state.
  var shortRun = 3.0
  var longRun = 11.0
  /// Seconds of measuring the X server without a recorder.
  var baseline = 5.0
  /// Seconds of motion before the rest.
  var motion = 5.0
  /// Seconds from the end of motion to the end of the recording.
  var rest = 1.0
  /// The number of launches for the time to the first frame.
  var launches = 5

  /// For trying the benchmark itself: its figures are not reliable.
  static let quick = Plan(shortRun: 2, longRun: 5, baseline: 2, motion: 2, rest: 1, launches: 2)
}
