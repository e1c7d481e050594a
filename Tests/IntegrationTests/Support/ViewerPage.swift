import Foundation
import Harness
import Media
import Scenes

/// A browser's page that watches a share.
struct ViewerPage: Sendable {
  /// A desktop's window size; hidden pages are not throttled; loopback candidates are used, and not hidden by mDNS names.
  static let browserOptions = [
    "--window-size=1280,900", "--disable-background-timer-throttling", "--disable-renderer-backgrounding",
    "--disable-backgrounding-occluded-windows", "--allow-loopback-in-peer-connection",
  ]

  let page: ChromiumPage

  /// Opens the link in a new page.
  /// - Parameter script: runs in the page before its own scripts.
  init(_ link: String, in browser: Chromium, script: String? = nil) async throws {
    page = try await browser.newPage()
    // Emulates focus: otherwise several pages of one browser hide each other.
    try await page.call("Emulation.setFocusEmulationEnabled", ["enabled": true])
    if let script { try await page.call("Page.addScriptToEvaluateOnNewDocument", ["source": .string(script)]) }
    try await page.navigate(to: link)
  }

  /// The line in the header, without the Unicode marks that isolate names.
  var line: String {
    get async throws { try await page.evaluate(Self.line).string ?? "" }
  }

  private static let line =
    "document.querySelector('#state-words').textContent.replace(/[\\u2066-\\u2069]/g, '')"

  /// Waits until the line in the header begins with `words`.
  func until(_ words: String, within limit: Duration = .seconds(30)) async throws {
    do {
      try await page.until("\(Self.line).startsWith('\(words)')", within: limit)
    } catch {
      throw HarnessError("“\(words)” not within \(limit), but “\(try await line)”")
    }
  }

  /// Waits until the picture shows a step that the scene draws from now on.
  /// - Parameter index: the index of the picture in the page.
  func showsNow(_ desktop: Desktop, picture index: Int = 0, within limit: Duration = .seconds(30)) async throws {
    // A page in the background is drawn once a second.
    try await page.call("Page.bringToFront")
    let end = MonotonicClock.seconds + limit.seconds
    let earliest = UInt32(truncatingIfNeeded: MediaTime.now.nanoseconds / 1_000_000)
    var last: UInt32?
    while true {
      last = try await barcode(of: desktop, picture: index)
      if let last, last &- earliest < 1 << 31 { return }
      guard MonotonicClock.seconds < end else {
        let said = last.map { "what was drawn \(earliest &- $0) ms before" } ?? "no barcode"
        throw HarnessError("after \(limit) the page shows \(said); it says “\(try await line)”")
      }
      try await Task.sleep(for: .milliseconds(50))
    }
  }

  /// The barcode of the picture: milliseconds of the monotonic clock. Nil if there is none, or the size is another.
  func barcode(of desktop: Desktop, picture index: Int = 0) async throws -> UInt32? {
    let rect = desktop.scene.name.barcodeRect(screen: desktop.screen)
    // Green is enough for black and white.
    guard let green = try await bytes("green", of: rect, screen: desktop.screen, picture: index) else { return nil }
    return Barcode.decode(
      LumaPlane(samples: green, width: rect.width, height: rect.height),
      at: PixelRect(x: 0, y: 0, width: rect.width, height: rect.height))
  }

  /// The picture's luma, in video range. Nil if there is no picture, or the size is another.
  func luma(_ screen: PixelSize) async throws -> DecodedFrame? {
    let luma = "16.5 + (0.299 * red + 0.587 * green + 0.114 * blue) * 219 / 255"
    return try await bytes(luma, of: PixelRect(screen), screen: screen).map {
      DecodedFrame(milliseconds: 0, width: screen.width, height: screen.height, format: .luma, bytes: $0)
    }
  }

  /// A byte for each pixel in a part of the picture.
  /// - Parameter byte: in JavaScript, of `red`, `green` and `blue`.
  private func bytes(
    _ byte: String, of rect: PixelRect, screen: PixelSize, picture index: Int = 0
  ) async throws -> [UInt8]? {
    let answer = try await page.evaluate(
      """
      (() => {
        const video = document.querySelectorAll("video")[\(index)];
        if (video?.videoWidth !== \(screen.width) || video.videoHeight !== \(screen.height)) return null;
        const pen = new OffscreenCanvas(\(rect.width), \(rect.height)).getContext("2d", { willReadFrequently: true });
        pen.drawImage(video, -\(rect.x), -\(rect.y));
        let text = "";
        const { data } = pen.getImageData(0, 0, \(rect.width), \(rect.height));
        for (let at = 0; at < data.length; at += 4) {
          const [red, green, blue] = [data[at], data[at + 1], data[at + 2]];
          text += String.fromCharCode(\(byte));
        }
        return btoa(text);
      })()
      """)
    guard let data = answer.string.flatMap({ Data(base64Encoded: $0) }), data.count == rect.area else { return nil }
    return [UInt8](data)
  }

  /// Gives the page the size of a telephone or of another window.
  func resize(_ width: Int, _ height: Int, isMobile: Bool = false) async throws {
    try await page.call(
      "Emulation.setDeviceMetricsOverride",
      [
        "width": JSON(integerLiteral: width), "height": JSON(integerLiteral: height), "deviceScaleFactor": 1,
        "mobile": .bool(isMobile),
      ])
  }

  /// Saves a screenshot of the page in the folder `ORIEL_KEEP_PICTURES`, if that is set.
  func keep(_ name: String) async throws {
    guard let folder = ProcessInfo.processInfo.environment["ORIEL_KEEP_PICTURES"] else { return }
    try await page.call("Page.bringToFront")
    try await page.screenshot(to: URL(filePath: folder).appending(path: "\(name).png"))
  }
}
