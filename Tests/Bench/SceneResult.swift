/// The figures of one recorder on one scene. What failed is missing and named in `failures`.
struct SceneResult: Codable, Sendable {
  var scene: String
  var recorder: RecorderName
  /// CPU seconds of the recorder's processes per second of recording, in steady state.
  var recorderCPU: Double?
  /// The same of the X server, the scene's drawing included.
  var serverCPU: Double?
  /// The X server's CPU beyond what it needs without a recorder.
  var serverCPUAdded: Double?
  var delivery: Delivery?
  /// Size of the file of the long run.
  var bytes: Int?
  var bytesPerSecond: Double?
  /// Bytes for each of the scene's steps that the file shows.
  var bytesPerStep: Double?
  /// Bytes per second between the lengths of the short and the long run.
  var steadyBytesPerSecond: Double?
  var peakResidentBytes: Int?
  /// SSIM of the last frame's luma against a screenshot.
  var restSSIM: Double?
  /// From the last step drawn to the end of that recording, in seconds.
  var restSeconds: Double?
  var failures: [String] = []
}
