import Harness

/// A page that watches a share, and records when it showed each picture and the connections that it made.
struct WatchingPage {
  let viewer: ViewerPage
  var page: ChromiumPage { viewer.page }

  /// Opens the link in a new page, and waits for a picture of this width; without a width it does not wait.
  init(_ link: String, in browser: Chromium, showing width: Int? = nil) async throws {
    viewer = try await ViewerPage(link, in: browser, script: Self.script)
    guard let width else { return }
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

  /// Waits for ten pictures shown after a time of the page's clock.
  /// - Parameter start: nil for 1.5 s before that time.
  /// - Returns: the longest time without a picture since `start`, in seconds.
  func longestPause(
    untilPicturesAfter moment: Double, within limit: Duration, since start: Double? = nil
  ) async throws -> Double {
    try await page.until("shownAt.filter(time => time > \(moment)).length >= 10", within: limit)
    let pause = try await page.evaluate(
      """
      shownAt.filter(time => time > \(start ?? moment - 1500)).reduce(
        ([longest, last], time) => [Math.max(longest, time - (last ?? time)), time], [0, null])[0]
      """)
    return (pause.number ?? 0) / 1000
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
    """
}
