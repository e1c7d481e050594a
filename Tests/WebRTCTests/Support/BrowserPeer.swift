import Foundation
import Harness
import Media
import Scenes
import WebRTC

/// A peer connection in a page of a headless Chromium, with a `<video>` for what it receives.
struct BrowserPeer: Sendable {
  /// Without it the browser leaves loopback addresses out.
  static let arguments = ["--allow-loopback-in-peer-connection"]

  let page: ChromiumPage

  /// - Parameter configuration: the `RTCPeerConnection`'s, in JavaScript.
  init(_ page: ChromiumPage, configuration: String = "{}") async throws {
    self.page = page
    try await page.evaluate(
      """
      document.body.innerHTML = '<video muted autoplay playsinline></video>'
      window.video = document.querySelector('video')
      window.context = document.createElement('canvas').getContext('2d', {willReadFrequently: true})
      window.pc = new RTCPeerConnection(\(configuration))
      window.tracks = []
      window.states = []
      pc.onconnectionstatechange = () => states.push(pc.connectionState)
      pc.ontrack = event => {
        tracks.push({id: event.track.id, kind: event.track.kind, streams: event.streams.map(s => s.id)})
        if (event.track.kind == 'video') video.srcObject = event.streams[0] ?? new MediaStream([event.track])
      }
      window.firstFrame = new Promise(resolve => {
        video.requestVideoFrameCallback(() => { window.firstFrameTime = performance.now(); resolve(firstFrameTime) })
      })
      window.gathered = () => new Promise(resolve => {
        if (pc.iceGatheringState == 'complete') resolve()
        pc.addEventListener('icegatheringstatechange', () => { if (pc.iceGatheringState == 'complete') resolve() })
      })
      window.takeOffer = async (sdp) => {
        window.offeredAt = performance.now()
        await pc.setRemoteDescription({type: 'offer', sdp})
        await pc.setLocalDescription()
        await gathered()
        return pc.localDescription.sdp
      }
      window.makeOffer = async (options) => {
        await pc.setLocalDescription(await pc.createOffer(options))
        await gathered()
        return pc.localDescription.sdp
      }
      window.pixels = (x, y, width, height) => {
        context.canvas.width = video.videoWidth
        context.canvas.height = video.videoHeight
        context.drawImage(video, 0, 0)
        let text = ''
        for (const byte of context.getImageData(x, y, width, height).data) text += String.fromCharCode(byte)
        return btoa(text)
      }
      window.inbound = async (kind = 'video') => {
        for (const report of (await pc.getStats()).values()) {
          if (report.type == 'inbound-rtp' && report.kind == kind) return report
        }
        return {}
      }
      0
      """)
  }

  /// Takes an offer and gives the answer, with all candidates in it.
  func answer(_ offer: RTCSessionDescription) async throws -> RTCSessionDescriptionInit {
    let sdp = try await page.evaluate("takeOffer(\(script(offer.sdp)))").string
    return RTCSessionDescriptionInit(type: .answer, sdp: sdp ?? "")
  }

  /// Makes an offer, with all candidates in it.
  func offer(_ options: String = "{}") async throws -> RTCSessionDescriptionInit {
    RTCSessionDescriptionInit(type: .offer, sdp: try await page.evaluate("makeOffer(\(options))").string ?? "")
  }

  func take(_ answer: RTCSessionDescription) async throws {
    try await page.evaluate("pc.setRemoteDescription({type: 'answer', sdp: \(script(answer.sdp))})")
  }

  /// Waits for the first picture.
  /// - Returns: milliseconds from the moment the page got the offer.
  @discardableResult
  func firstPicture(within limit: Duration = .seconds(10)) async throws -> Double {
    try await page.evaluate("firstFrame.then(time => time - (window.offeredAt ?? 0))", within: limit).number ?? 0
  }

  /// What the browser says of the pictures it receives: `inbound-rtp` of webrtc-stats.
  var inbound: JSON { get async throws { try await page.evaluate("inbound()") } }

  /// Red, green and blue of each pixel in a part of the picture, row by row.
  func pixels(in rect: PixelRect) async throws -> [[UInt8]] {
    let answer = try await page.evaluate("pixels(\(rect.x), \(rect.y), \(rect.width), \(rect.height))")
    guard let data = answer.string.flatMap({ Data(base64Encoded: $0) }), data.count == rect.area * 4 else {
      throw HarnessError("the page gave no pixels")
    }
    let bytes = [UInt8](data)
    return stride(from: 0, to: bytes.count, by: 4).map { Array(bytes[$0..<$0 + 3]) }
  }

  /// The barcode that the picture shows now: milliseconds of the monotonic clock.
  func barcode(of scene: SceneName, screen: PixelSize) async throws -> UInt32? {
    let rect = scene.barcodeRect(screen: screen)
    let samples = try await pixels(in: rect).map { $0[1] }
    return Barcode.decode(
      LumaPlane(samples: samples, width: rect.width, height: rect.height),
      at: PixelRect(x: 0, y: 0, width: rect.width, height: rect.height))
  }

  /// A text as a JavaScript literal.
  private func script(_ text: String) -> String { String(decoding: JSON.string(text).bytes, as: UTF8.self) }
}
