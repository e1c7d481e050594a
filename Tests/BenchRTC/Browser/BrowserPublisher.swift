import Foundation
import Harness

/// Shares with `getDisplayMedia` and `RTCPeerConnection` in its own Chromium.
final class BrowserPublisher: OfferingPublisher {
  private let browser: Chromium
  private let folder: TemporaryDirectory

  /// Starts the browser, and shares the screen at once.
  init(display: String, width: Int, height: Int) async throws {
    browser = try await Chromium(on: display, arguments: BrowserOptions.publisher)
    folder = try TemporaryDirectory()
    // A page without an origin may not capture.
    let file = folder.file("publisher.html")
    try "<!doctype html><title>publisher</title>".write(to: file, atomically: true, encoding: .utf8)
    try await browser.page.navigate(to: file.absoluteString)
    try await browser.page.evaluate(Self.library)
    try await browser.page.evaluate("share({width: \(width), height: \(height), frameRate: 30})")
  }

  func offers(_ count: Int) async throws -> [String] {
    try await browser.page.evaluate("offers(\(count))").array?.compactMap(\.string) ?? []
  }

  func accept(_ answers: [String]) async throws {
    let texts = String(decoding: JSON.array(answers.map(JSON.string)).bytes, as: UTF8.self)
    try await browser.page.evaluate("accept(\(texts))", within: .seconds(30))
  }

  func framesEncoded() async throws -> (frames: Int, time: Double) {
    (try await browser.page.evaluate("framesEncoded()").int ?? 0, MonotonicClock.seconds)
  }

  func use() -> (cpuSeconds: Double, threads: [String: Double]) { (browser.resourceUse.cpuSeconds, [:]) }

  func stop() async throws { try await browser.close() }

  private static let library = """
    window.connections = []
    window.share = async video => {
      window.stream = await navigator.mediaDevices.getDisplayMedia({video, audio: false})
      return true
    }
    window.offer = async () => {
      const pc = new RTCPeerConnection()
      connections.push(pc)
      for (const track of stream.getTracks()) pc.addTrack(track, stream)
      await pc.setLocalDescription()
      while (pc.iceGatheringState != 'complete') {
        await new Promise(resolve => pc.addEventListener('icegatheringstatechange', resolve, {once: true}))
      }
      return pc.localDescription.sdp
    }
    window.offers = async count => {
      const texts = []
      while (texts.length < count) texts.push(await offer())
      return texts
    }
    window.accept = async answers => {
      for (const [index, pc] of connections.slice(-answers.length).entries()) {
        await pc.setRemoteDescription({type: 'answer', sdp: answers[index]})
        while (pc.connectionState != 'connected') {
          await new Promise(resolve => pc.addEventListener('connectionstatechange', resolve, {once: true}))
        }
      }
      return true
    }
    window.framesEncoded = async () => {
      let sum = 0
      for (const pc of connections) {
        for (const report of (await pc.getStats()).values()) {
          if (report.type == 'outbound-rtp' && report.kind == 'video') sum += report.framesEncoded
        }
      }
      return sum
    }
    0
    """
}
