internal import Media

/// What retransmissions may take: 15 % of the rate, saved up for at most a second.
///
/// Where packets overtake each other, a receiver asks for many that are on their way. What it asks for again is really lost:
/// a part is kept for that.
struct RetransmissionBudget {
  private static let share = 0.15
  /// Even at the lowest rate a handful of packets lost together come again.
  private static let floor = 12_000.0
  /// Of what may be saved up.
  private static let keptForRepeated = 0.5

  private var bytes = floor
  private var updated: MediaTime?

  /// Whether `size` bytes may be sent again now.
  /// - Parameter isRepeated: whether they have been asked for before.
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
