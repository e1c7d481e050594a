import Harness

/// A single recording.
protocol RecordingSession: Sendable {
  /// Starts the recording.
  /// - Returns: CLOCK_MONOTONIC in seconds just before the launch.
  func start() async throws -> Double
  /// Ends the recording. The file is complete on return.
  /// - Returns: the resources used from `start` to the end.
  func stop() async throws -> ResourceUse
  /// Ends what `prepare` started. Until then the screen stays as recorded.
  func close() async throws
}
