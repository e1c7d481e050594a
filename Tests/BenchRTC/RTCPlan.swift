/// The durations, in seconds, and the numbers of participants.
struct RTCPlan: Codable, Sendable {
  /// From connecting to the delay measurement: the bitrate has to settle.
  var warmUp = 5.0
  /// The duration of the delay measurement.
  var delay = 15.0
  /// Browsers that watch at once.
  var viewers = [1, 2, 4, 8]
  /// The pause after viewers have joined, and the duration of the cost measurement.
  var settling = 5.0
  var sharing = 6.0
  /// Receivers that discard the media.
  var receivers = [1, 100, 200, 300]
  var fanOut = 6.0
  /// Joins, one after the other.
  var joins = 40

  /// Only to try the benchmark: too short for valid figures.
  static let quick = RTCPlan(
    warmUp: 3, delay: 4, viewers: [1, 2], settling: 2, sharing: 3, receivers: [1, 50], fanOut: 3, joins: 5)
}
