/// Whether a viewer's path carries what is sent, by what is known of each second: frames that were sent, frames that were
/// dropped for it, and the share of packets that its last report calls lost.
struct ViewerPace {
  /// Bad seconds that make a viewer slow, and good ones that make up for them.
  private static let patience = 2
  private static let recovery = 3
  /// The share of packets whose loss leaves no picture that moves: sending them again costs what there is not.
  private static let unbearableLoss = 0.3

  private(set) var isBehind = false
  private var last: (sent: UInt64, dropped: UInt64)?
  private var bad = 0
  private var good = 0

  /// - Parameters:
  ///   - sent: frames sent so far.
  ///   - dropped: frames dropped so far.
  ///   - loss: of packets, 0 to 1.
  /// - Returns: whether `isBehind` has changed.
  mutating func second(sent: UInt64, dropped: UInt64, loss: Double = 0) -> Bool {
    defer { last = (sent, dropped) }
    guard let last, sent >= last.sent, dropped >= last.dropped else { return false }
    let (sent, dropped) = (sent - last.sent, dropped - last.dropped)
    // A frame or two are lost at any key frame.
    let isLost = loss > Self.unbearableLoss
    bad = isLost || dropped >= 3 && dropped > sent ? bad + 1 : 0
    good = dropped == 0 && sent > 0 && !isLost ? good + 1 : 0
    let wasBehind = isBehind
    isBehind = wasBehind ? good < Self.recovery : bad >= Self.patience
    return isBehind != wasBehind
  }
}
