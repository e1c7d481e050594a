import Harness
import Scenes

/// The time from a page's request to join the room of a still screen to its first picture, in milliseconds.
struct JoinResult: Codable, Sendable {
  /// Sorted.
  var milliseconds: [Double] = []
  var failure: String?

  /// Measures in a browser that has joined before. The first viewer stays, or the encoder would restart for each join.
  init(_ plan: RTCPlan) async {
    do {
      let desktop = try await DesktopUnderShare.start(.still, sharer: .share)
      guard let share = desktop.publisher as? ProductShare else { return }
      let browser = try await ViewerBrowser()
      try await browser.open(share.url)
      try await browser.waitForPictures()
      _ = try await browser.join(share.url)
      for _ in 0..<plan.joins { milliseconds.append(try await browser.join(share.url)) }
      milliseconds.sort()
      try await browser.close()
      try await desktop.stop()
    } catch {
      failure = "\(error)"
    }
  }
}
