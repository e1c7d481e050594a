import Harness
import Media
import Scenes

extension BrowserPeer {
  /// Waits until the picture is of something that was drawn at that time or later.
  func shows(_ desktop: SharedDesktop, asOf time: MediaTime, within limit: Duration = .seconds(20)) async throws {
    let end = MediaTime.now + .seconds(limit.seconds)
    let earliest = UInt32(truncatingIfNeeded: time.nanoseconds / 1_000_000)
    while true {
      let drawn = try await barcode(of: desktop.scene.name, screen: desktop.screen)
      if let drawn, drawn &- earliest < 1 << 31 { return }
      guard MediaTime.now < end else { throw HarnessError("what was drawn after \(earliest) is not seen in \(limit)") }
      try await Task.sleep(for: .milliseconds(50))
    }
  }
}
