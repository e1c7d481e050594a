/// What all statistics have. Source: W3C webrtc, `RTCStats`.
public protocol RTCStats: Sendable {
  /// Stays the same for the same thing, and is unique in a report.
  var id: String { get }
  var type: RTCStatsType { get }
  /// Milliseconds since 1970.
  var timestamp: Double { get }
}
