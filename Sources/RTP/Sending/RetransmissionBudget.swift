internal import Media

/// The bandwidth for retransmissions: 15 % of the rate, accumulated for at most a second.
///
/// Where packets are reordered, a receiver requests many that are still on their way. A packet requested twice is
/// really lost, so part of the budget is reserved for those.
struct RetransmissionBudget {
  private static let share = 0.15
  /// Even at the lowest rate, a handful of packets lost together can be retransmitted.
  private static let floor = 12_000.0
  /// The reserved part of the budget's limit.
  private static let keptForRepeated = 0.5

  private var bytes = floor
  private var updated: MediaTime?

  /// Whether `size` bytes may be retransmitted now.
  /// - Parameter isRepeated: whether they have been requested before.
  mutating func allows(_ size: Int, bitrate: Int, isRepeated: Bool, now: MediaTime) -> Bool {
    let perSecond = Self.share * Double(bitrate) / 8
    let limit = max(perSecond, Self.floor)
    if let updated { bytes += perSecond * max(0, (now - updated).seconds) } else { bytes = limit }
    bytes = min(bytes, limit)
    updated = now
    return bytes - (isRepeated ? 0 : limit * Self.keptForRepeated) >= Double(size)
  }

  mutating func spend(_ size: Int) { bytes -= Double(size) }
}
