import Harness
import Media
import Scenes

/// The time from a change on the screen to the viewer's picture of it, by the barcodes of the test card.
struct DelayResult: Codable, Sendable {
  let sharer: Sharer
  /// Frames that the viewer presented.
  var frames = 0
  /// Presented frames with an unreadable barcode.
  var unreadable = 0
  /// Steps that the scene drew, and steps that the viewer showed, between the first and the last one shown.
  var stepsDrawn = 0
  var stepsShown = 0
  /// Steps shown per second.
  var framesPerSecond: Double?
  /// The time from each shown step to its first picture, in milliseconds, sorted.
  var milliseconds: [Double] = []
  var failures: [String] = []

  var median: Double? { milliseconds.percentile(0.5) }
  var percentile95: Double? { milliseconds.percentile(0.95) }

  init(_ sharer: Sharer, _ plan: RTCPlan) async {
    self.sharer = sharer
    do {
      let desktop = try await DesktopUnderShare.start(.testCard, sharer: sharer)
      let viewer = try await ViewerBrowser()
      try await desktop.publisher.connect(1, in: viewer)
      try await viewer.waitForPictures()
      try await MonotonicClock.sleep(until: MonotonicClock.seconds + plan.warmUp)
      let shown = try await viewer.watch(SceneName.testCard.barcodeRect(screen: desktop.screen), for: plan.delay)
      try count(shown, steps: try desktop.scene.steps)
      try await viewer.close()
      try await desktop.stop()
    } catch {
      failures.append("\(error)")
    }
  }

  private mutating func count(_ shown: [(time: Double, barcode: UInt32?)], steps: [SceneStep]) throws {
    let drawn = Set(steps.map(\.milliseconds))
    var firstTimes: [UInt32: Double] = [:]
    for (time, barcode) in shown {
      frames += 1
      guard let barcode, drawn.contains(barcode) else {
        unreadable += 1
        continue
      }
      firstTimes[barcode] = firstTimes[barcode] ?? time
    }
    guard let first = firstTimes.values.min(), let last = firstTimes.values.max(), last > first else {
      throw HarnessError("the viewer saw no two steps in \(frames) frames")
    }
    // The first step may have been shown before watching began.
    let measured = firstTimes.filter { $0.value > first }
    milliseconds = measured.map { step, time in
      let now = time * 1000
      let whole = UInt32(truncatingIfNeeded: Int64(now))
      return Double(Int32(bitPattern: whole &- step)) + now - now.rounded(.down)
    }.sorted()
    stepsShown = measured.count
    framesPerSecond = Double(stepsShown) / (last - first)
    if let from = measured.min(by: { $0.value < $1.value })?.key,
      let to = measured.max(by: { $0.value < $1.value })?.key
    {
      stepsDrawn = drawn.count { Int32(bitPattern: $0 &- from) >= 0 && Int32(bitPattern: to &- $0) >= 0 }
    }
  }
}
