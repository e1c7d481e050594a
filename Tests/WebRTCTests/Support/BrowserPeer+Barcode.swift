import Harness
import Media
import Scenes

extension BrowserPeer {
  /// Waits until the picture shows a scene drawn at `time` or later.
  func shows(_ desktop: SharedDesktop, asOf time: MediaTime, within limit: Duration = .seconds(20)) async throws {
    let earliest = UInt32(truncatingIfNeeded: time.nanoseconds / 1_000_000)
    try await eventually("a picture of what was drawn after \(earliest)", within: limit.seconds) {
      guard let drawn = try await barcode(of: desktop.scene.name, screen: desktop.screen) else { return false }
      return drawn &- earliest < 1 << 31
    }
  }
}
