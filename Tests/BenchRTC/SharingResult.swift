import Harness
import Scenes

/// The cost of sharing with a number of browsers.
struct SharingResult: Codable, Sendable {
  let sharer: Sharer
  let viewers: Int
  /// CPU seconds per second of the sharer's processes.
  var cpu: Double?
  /// CPU seconds per second of its threads, by name.
  var threads: [String: Double] = [:]
  /// CPU seconds per second of the X server, including the scene's drawing.
  var serverCPU: Double?
  /// Frames encoded per second, for all viewers together.
  var framesEncoded: Double?
  /// Of each viewer, per second.
  var framesReceived: [Double] = []
  var framesDecoded: [Double] = []
  var bitsPerSecond: [Double] = []
  var failure: String?

  /// Measures with increasing numbers of viewers; the earlier ones stay connected.
  static func all(_ sharer: Sharer, _ plan: RTCPlan) async -> [SharingResult] {
    var results: [SharingResult] = []
    do {
      let desktop = try await DesktopUnderShare.start(.busy, sharer: sharer)
      let browser = try await ViewerBrowser()
      var connected = 0
      for viewers in plan.viewers {
        try await desktop.publisher.connect(viewers - connected, in: browser)
        try await browser.waitForPictures()
        connected = viewers
        try await MonotonicClock.sleep(until: MonotonicClock.seconds + plan.settling)
        var result = SharingResult(sharer: sharer, viewers: viewers)
        try await result.measure(desktop, browser, for: plan.sharing)
        results.append(result)
      }
      try await browser.close()
      try await desktop.stop()
    } catch {
      results.append(SharingResult(sharer: sharer, viewers: 0, failure: "\(error)"))
    }
    return results
  }

  private mutating func measure(
    _ desktop: DesktopUnderShare, _ browser: ViewerBrowser, for seconds: Double
  ) async throws {
    let before = try await Sample(desktop, browser)
    try await MonotonicClock.sleep(until: before.time + seconds)
    let after = try await Sample(desktop, browser)
    let time = after.time - before.time
    cpu = (after.use.cpuSeconds - before.use.cpuSeconds) / time
    for (name, used) in after.use.threads { threads[name] = (used - before.use.threads[name, default: 0]) / time }
    serverCPU = (after.serverCPU - before.serverCPU) / time
    framesEncoded = Double(after.encoded.frames - before.encoded.frames) / (after.encoded.time - before.encoded.time)
    let watched = after.receivedTime - before.receivedTime
    for (old, new) in zip(before.received, after.received) {
      framesReceived.append(Double(new.frames - old.frames) / watched)
      framesDecoded.append(Double(new.framesDecoded - old.framesDecoded) / watched)
      bitsPerSecond.append(Double(new.bytes - old.bytes) * 8 / watched)
    }
  }

  /// The counters at one time. Those of the browser, which may answer late, have their own time.
  private struct Sample {
    let time = MonotonicClock.seconds
    let use: (cpuSeconds: Double, threads: [String: Double])
    let serverCPU: Double
    let encoded: (frames: Int, time: Double)
    let receivedTime: Double
    let received: [ViewerBrowser.Received]

    init(_ desktop: DesktopUnderShare, _ browser: ViewerBrowser) async throws {
      use = desktop.publisher.use()
      serverCPU = desktop.server.cpuSeconds
      encoded = try await desktop.publisher.framesEncoded()
      received = try await browser.received()
      receivedTime = MonotonicClock.seconds
    }
  }
}
