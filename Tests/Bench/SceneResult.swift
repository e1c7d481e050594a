/// The figures of one recorder on one scene. A failed measurement is nil and listed in `failures`.
struct SceneResult: Codable, Sendable {
  var scene: String
  var recorder: RecorderName
  /// CPU seconds of the recorder's processes per second of recording, in steady state.
  var recorderCPU: Double?
  /// The same for the X server, including the scene's drawing.
  var serverCPU: Double?
  /// The X server's CPU use beyond the baseline without a recorder.
  var serverCPUAdded: Double?
  var delivery: Delivery?
  /// The size of the long run's file.
  var bytes: Int?
  var bytesPerSecond: Double?
  /// Bytes per step that the file shows.
  var bytesPerStep: Double?
  /// Bytes per second in steady state: the difference of the long and the short run.
  var steadyBytesPerSecond: Double?
  var peakResidentBytes: Int?
  /// SSIM of the last frame's luma against a screenshot.
  var restSSIM: Double?
  /// Seconds from the last step to the end of the recording that `restSSIM` is of.
  var restSeconds: Double?
  var failures: [String] = []
}
