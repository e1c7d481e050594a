import Foundation
import Harness
import Media
import Scenes

/// A browser's page that has opened the link to a room and watches a desktop there. It keeps when it showed each picture, and
/// the connections that the page has made.
struct WatchingPage {
  let page: ChromiumPage

  /// Opens the link in a page, and waits until a picture of this width is seen.
  init(_ page: ChromiumPage, at url: String, showing width: Int) async throws {
    self.page = page
    try await page.call("Emulation.setFocusEmulationEnabled", ["enabled": true])
    try await page.call("Page.addScriptToEvaluateOnNewDocument", ["source": .string(Self.script)])
    try await page.navigate(to: url)
    do {
      try await page.until("document.querySelector('video').videoWidth === \(width)", within: .seconds(40))
    } catch {
      let words = try? await page.evaluate(
        """
        document.querySelector('main').innerText + '\\n' + connections.map(connection =>
          [connection.signalingState, connection.iceConnectionState, connection.connectionState].join()).join('\\n')
        """)
      throw HarnessError("\(error)\n\(words?.string ?? "")\n\(page.problems)")
    }
  }

  /// The page's clock now, in milliseconds.
  var now: Double { get async throws { try await page.evaluate("performance.now()").number ?? 0 } }

  /// Waits for so many pictures shown after a moment of the page's clock.
  /// - Returns: the longest time without a picture since a second before that moment, in seconds.
  func pictures(_ count: Int = 10, after moment: Double, within limit: Duration) async throws -> Double {
    try await page.until("shownAt.filter(time => time > \(moment)).length >= \(count)", within: limit)
    let gap = try await page.evaluate(
      """
      shownAt.filter(time => time > \(moment) - 1500).reduce(
        ([longest, last], time) => [Math.max(longest, time - (last ?? time)), time], [0, null])[0]
      """)
    return (gap.number ?? 0) / 1000
  }

  /// The barcode that the picture shows now: milliseconds of the monotonic clock; nil where none can be read.
  func barcode(of desktop: Desktop) async throws -> UInt32? {
    let rect = desktop.scene.name.barcodeRect(screen: desktop.screen)
    let answer = try await page.evaluate("greens(\(rect.x), \(rect.y), \(rect.width), \(rect.height))")
    guard let data = answer.string.flatMap({ Data(base64Encoded: $0) }), data.count == rect.area else { return nil }
    return Barcode.decode(
      LumaPlane(samples: [UInt8](data), width: rect.width, height: rect.height),
      at: .init(x: 0, y: 0, width: rect.width, height: rect.height))
  }

  /// Waits until the picture is of something that was drawn now or later.
  func showsThePresent(of desktop: Desktop, within limit: Double = 20) async throws {
    let earliest = UInt32(truncatingIfNeeded: Int64(MonotonicClock.seconds * 1000))
    try await Condition.wait("a picture of the present", within: limit) {
      guard let drawn = try await barcode(of: desktop) else { return false }
      return Int32(bitPattern: drawn &- earliest) >= 0
    }
  }

  private static let script = """
    globalThis.shownAt = []
    globalThis.connections = []
    globalThis.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(...all) {
        super(...all)
        connections.push(this)
      }
    }
    addEventListener('DOMContentLoaded', () => {
      let watched
      setInterval(() => {
        const video = document.querySelector('video')
        if (video === watched) return
        watched = video
        const take = () => (shownAt.push(performance.now()), video.requestVideoFrameCallback(take))
        video.requestVideoFrameCallback(take)
      }, 20)
    })
    globalThis.greens = (x, y, width, height) => {
      const context = new OffscreenCanvas(width, height).getContext('2d')
      context.drawImage(document.querySelector('video'), x, y, width, height, 0, 0, width, height)
      const {data} = context.getImageData(0, 0, width, height)
      let text = ''
      for (let index = 1; index < data.length; index += 4) text += String.fromCharCode(data[index])
      return btoa(text)
    }
    """
}
