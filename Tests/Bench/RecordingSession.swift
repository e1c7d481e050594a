import Harness

/// One recording of one recorder.
protocol RecordingSession: Sendable {
  /// Starts it.
  /// - Returns: CLOCK_MONOTONIC in seconds at the launch, just before.
  func start() async throws -> Double
  /// Ends it. The file is complete on return.
  /// - Returns: what the recording has used from `start` to its end.
  func stop() async throws -> ResourceUse
  /// Ends what `prepare` began. Until then the screen stays as the recorder saw it.
  func close() async throws
}
