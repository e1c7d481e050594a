import Media

/// Decides whether the server reports damage reliably, by comparing the picture with the screen periodically.
///
/// Some drivers change pixels without reporting damage; a recorder that relies on them freezes. One band of the screen is
/// compared twice a second, the whole screen within four seconds. A difference that no damage explains is compared again after
/// 100 ms, and counts if it is still there. Reads no clock and no screen.
struct DamageAudit {
  /// The number of bands that the screen is divided into.
  static let bandCount = 8
  static let interval = MediaTime.milliseconds(500)
  /// After a first difference.
  static let recheckInterval = MediaTime.milliseconds(100)

  /// When the next comparison is due.
  private(set) var due: MediaTime
  private var band = 0
  private var suspects: [PixelRect] = []

  init(now: MediaTime) { due = now + Self.interval }

  /// Rows of a band of a picture of `height` rows.
  static func bandRows(height: Int) -> Int { max(1, (height + bandCount - 1) / bandCount) }

  /// What to read and compare now.
  func rects(_ layout: SurfaceLayout) -> [PixelRect] {
    let rows = Self.bandRows(height: layout.size.height)
    let band = PixelRect(x: 0, y: band * rows, width: layout.size.width, height: rows)
    return layout.visible.map { $0.intersection(band) }.filter { !$0.isEmpty }
  }

  /// Evaluates a comparison.
  /// - Parameters:
  ///   - changed: the blocks that differed.
  ///   - explained: all damage up to the comparison that the picture did not have yet.
  /// - Returns: whether damage is unreliable.
  mutating func finish(changed: [PixelRect], explained: DirtyRegion, now: MediaTime) -> Bool {
    let unexplained = changed.filter { block in
      !explained.rects.contains { !$0.intersection(block).isEmpty }
    }
    if unexplained.contains(where: { suspects.contains($0) }) { return true }
    suspects = unexplained
    if unexplained.isEmpty { band = (band + 1) % Self.bandCount }
    due = now + (unexplained.isEmpty ? Self.interval : Self.recheckInterval)
    return false
  }
}
