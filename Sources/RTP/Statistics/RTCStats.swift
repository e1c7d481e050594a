/// The properties common to all statistics. Source: W3C webrtc, `RTCStats`.
public protocol RTCStats: Sendable {
  /// Stable for the same object, and unique in a report.
  var id: String { get }
  var type: RTCStatsType { get }
  /// Milliseconds since 1970.
  var timestamp: Double { get }
}
