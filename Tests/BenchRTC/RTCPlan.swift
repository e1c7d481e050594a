/// How long everything takes, in seconds, and how many take part.
struct RTCPlan: Codable, Sendable {
  /// From the connection to the first figure: the rate has to settle.
  var warmUp = 5.0
  /// How long the delay is watched.
  var delay = 15.0
  /// Browsers that watch at once.
  var viewers = [1, 2, 4, 8]
  /// After viewers have joined, and how long their cost is watched.
  var settling = 5.0
  var sharing = 6.0
  /// Receivers that discard what they get.
  var receivers = [1, 100, 200, 300]
  var fanOut = 6.0
  /// Links that are opened, one after the other.
  var joins = 40

  /// Figures of this plan are good for trying the benchmark only.
  static let quick = RTCPlan(
    warmUp: 3, delay: 4, viewers: [1, 2], settling: 2, sharing: 3, receivers: [1, 50], fanOut: 3, joins: 5)
}
