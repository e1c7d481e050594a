import Foundation
import Harness
import Media
import Scenes
import Synchronization

/// A headless Chromium that watches any number of shared desktops: by offers in one page, or by links in one page each.
final class ViewerBrowser: Sendable {
  /// What one viewer has received so far.
  struct Received: Sendable {
    var frames: Int
    var framesDecoded: Int
    var bytes: Int
  }

  private let browser: Chromium
  private let pages = Mutex([ChromiumPage]())

  init() async throws {
    browser = try await Chromium(arguments: BrowserOptions.viewer)
    try await browser.page.evaluate(Self.library)
  }

  /// Opens a room's link in a new page, which watches.
  func open(_ link: String) async throws {
    let page = try await newPage(at: link)
    pages.withLock { $0.append(page) }
  }

  /// Opens a room's link until there is a picture.
  /// - Returns: milliseconds from the page's request to join to its first picture.
  func join(_ link: String) async throws -> Double {
    let page = try await newPage(at: link)
    let time = try await page.evaluate("firstPicture", within: .seconds(20)).number
    try await page.close()
    guard let time else { throw HarnessError("the page returned no time") }
    return time
  }

  private func newPage(at link: String) async throws -> ChromiumPage {
    let page = try await browser.newPage()
    try await page.call("Emulation.setFocusEmulationEnabled", ["enabled": true])
    try await page.call("Page.addScriptToEvaluateOnNewDocument", ["source": .string(Self.library + Self.linkLibrary)])
    try await page.navigate(to: link)
    return page
  }

  /// Adds a viewer for each offer.
  /// - Returns: the answers.
  func view(_ offers: [String]) async throws -> [String] {
    pages.withLock { if $0.isEmpty { $0 = [browser.page] } }
    var answers: [String] = []
    for offer in offers {
      let text = String(decoding: JSON.string(offer).bytes, as: UTF8.self)
      answers.append(try await browser.page.evaluate("view(\(text))").string ?? "")
    }
    return answers
  }

  func waitForPictures() async throws {
    for page in pages.withLock({ $0 }) {
      try await page.until(
        "connections.length > 0 && connections.every(each => each.video.videoWidth > 0)", within: .seconds(30))
    }
  }

  func received() async throws -> [Received] {
    var all: [JSON] = []
    for page in pages.withLock({ $0 }) { all += try await page.evaluate("received()").array ?? [] }
    return all.map {
      Received(frames: $0[0].int ?? 0, framesDecoded: $0[1].int ?? 0, bytes: $0[2].int ?? 0)
    }
  }

  /// Watches the first viewer's picture for a number of seconds.
  /// - Returns: for each presented frame the monotonic time at which it was on the screen, in seconds, and its barcode, nil if
  ///   unreadable.
  func watch(_ rect: PixelRect, for seconds: Double) async throws -> [(time: Double, barcode: UInt32?)] {
    guard let page = pages.withLock(\.first) else { return [] }
    let offset = try await clockOffset(of: page)
    let text = try await page.evaluate(
      "watch(\(rect.x), \(rect.y), \(rect.width), \(rect.height), \(seconds * 1000))",
      within: .seconds(seconds + 30))
    let times = text["times"].array?.compactMap(\.number) ?? []
    guard let data = text["pixels"].string.flatMap({ Data(base64Encoded: $0) }), data.count == times.count * rect.area
    else { throw HarnessError("the page gave no pixels: \(page.console)") }
    let pixels = [UInt8](data)
    let within = PixelRect(x: 0, y: 0, width: rect.width, height: rect.height)
    return times.enumerated().map { index, time in
      let samples = Array(pixels[index * rect.area..<(index + 1) * rect.area])
      let plane = LumaPlane(samples: samples, width: rect.width, height: rect.height)
      return (time / 1000 + offset, Barcode.decode(plane, at: within))
    }
  }

  func close() async throws { try await browser.close() }

  /// The monotonic clock's lead over the page's clock: from the fastest of 50 queries, exact to half its duration.
  private func clockOffset(of page: ChromiumPage) async throws -> Double {
    var best = (took: Double.infinity, offset: 0.0)
    for _ in 0..<50 {
      let asked = MonotonicClock.seconds
      let pageTime = try await page.evaluate("performance.now()").number ?? 0
      let took = MonotonicClock.seconds - asked
      if took < best.took { best = (took, asked + took / 2 - pageTime / 1000) }
    }
    guard best.took < 0.01 else { throw HarnessError("the page takes \(best.took) s to return its time") }
    return best.offset
  }

  /// The green channel is enough for black and white. A late callback may see the next frame already, so a frame's time is not
  /// before its callback.
  private static let library = """
    window.connections = []
    window.view = async sdp => {
      const pc = new RTCPeerConnection(), video = document.createElement('video')
      Object.assign(video, {muted: true, autoplay: true, playsInline: true})
      document.body.append(video)
      connections.push({pc, video})
      pc.ontrack = event => { video.srcObject = event.streams[0] ?? new MediaStream([event.track]) }
      await pc.setRemoteDescription({type: 'offer', sdp})
      await pc.setLocalDescription()
      while (pc.iceGatheringState != 'complete') {
        await new Promise(resolve => pc.addEventListener('icegatheringstatechange', resolve, {once: true}))
      }
      return pc.localDescription.sdp
    }
    window.received = async () => {
      const all = []
      for (const {pc} of connections) {
        for (const report of (await pc.getStats()).values()) {
          if (report.type != 'inbound-rtp' || report.kind != 'video') continue
          all.push([report.framesReceived, report.framesDecoded, report.bytesReceived])
        }
      }
      return all
    }
    window.watch = (x, y, width, height, milliseconds) => new Promise(resolve => {
      const {video} = connections[0], frames = [], end = performance.now() + milliseconds
      const canvas = Object.assign(document.createElement('canvas'), {width, height})
      const context = canvas.getContext('2d', {willReadFrequently: true})
      const take = (now, metadata) => {
        context.drawImage(video, x, y, width, height, 0, 0, width, height)
        frames.push([Math.max(metadata.expectedDisplayTime, performance.now()), context.getImageData(0, 0, width, height).data])
        if (performance.now() < end) return video.requestVideoFrameCallback(take)
        let text = ''
        for (const [, data] of frames) {
          for (let index = 1; index < data.length; index += 4) text += String.fromCharCode(data[index])
        }
        resolve({times: frames.map(each => each[0]), pixels: btoa(text)})
      }
      video.requestVideoFrameCallback(take)
    })
    0

    """

  /// In a room's page, collects its connections for `library`, and measures the time from joining to the first picture.
  private static let linkLibrary = """
    window.RTCPeerConnection = class extends RTCPeerConnection {
      constructor(...all) {
        super(...all)
        connections.push({pc: this, get video() { return document.querySelector('video') }})
      }
    }
    window.WebSocket = class extends WebSocket {
      send(data) {
        if (String(data).includes('"join"')) window.joinedAt ??= performance.now()
        super.send(data)
      }
    }
    window.firstPicture = new Promise(resolve => addEventListener('DOMContentLoaded', () => {
      document.querySelector('video').requestVideoFrameCallback(() => resolve(performance.now() - joinedAt))
    }))
    """
}
