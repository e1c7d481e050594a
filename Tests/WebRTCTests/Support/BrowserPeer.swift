import JSEP
import Foundation
import Harness
import Media
import RTP
import Scenes
import WebRTC

/// A peer connection in a Chromium page, with a `<video>` for received pictures. A page can hold several.
struct BrowserPeer: Sendable {
  /// Without it the browser gathers no loopback addresses.
  static let arguments = ["--allow-loopback-in-peer-connection"]

  let page: ChromiumPage
  /// The peer's number in its page.
  let number: Int

  /// - Parameter configuration: the `RTCPeerConnection`'s, in JavaScript.
  init(_ page: ChromiumPage, configuration: String = "{}") async throws {
    self.page = page
    try await page.evaluate(Self.library)
    number = try await page.evaluate("peers.push(new Peer(\(configuration))) - 1").int ?? 0
  }

  /// Evaluates JavaScript in which `peer` is this peer, with `peer.pc` and `peer.video`.
  @discardableResult
  func evaluate(_ script: String, within limit: Duration = .seconds(15)) async throws -> JSON {
    try await page.evaluate("(async peer => { \(script) })(peers[\(number)])", within: limit)
  }

  /// Sets an offer and returns the answer with all candidates.
  func answer(_ offer: RTCSessionDescription) async throws -> RTCSessionDescriptionInit {
    let sdp = try await evaluate("return peer.takeOffer(\(literal(offer.sdp)))").string
    return RTCSessionDescriptionInit(type: .answer, sdp: sdp ?? "")
  }

  /// Makes an offer with all candidates.
  func offer(_ options: String = "{}") async throws -> RTCSessionDescriptionInit {
    RTCSessionDescriptionInit(type: .offer, sdp: try await evaluate("return peer.makeOffer(\(options))").string ?? "")
  }

  func take(_ answer: RTCSessionDescription) async throws {
    try await evaluate("await peer.pc.setRemoteDescription({type: 'answer', sdp: \(literal(answer.sdp))})")
  }

  /// Sends a canvas of 320×240, red and blue in turns, and optionally a tone, as one stream.
  func addCanvas(withSound: Bool = false) async throws {
    try await evaluate(
      """
      const canvas = Object.assign(document.createElement('canvas'), {width: 320, height: 240})
      const context = canvas.getContext('2d')
      let count = 0
      setInterval(() => {
        context.fillStyle = count++ % 20 < 10 ? '#f00' : '#00f'
        context.fillRect(0, 0, 320, 240)
      }, 50)
      const stream = canvas.captureStream(20)
      if (\(withSound)) {
        const audio = new AudioContext()
        const tone = audio.createOscillator()
        const sound = audio.createMediaStreamDestination()
        tone.connect(sound)
        tone.start()
        stream.addTrack(sound.stream.getAudioTracks()[0])
      }
      for (const track of stream.getTracks()) peer.pc.addTrack(track, stream)
      """)
  }

  /// Waits for the first picture.
  /// - Returns: milliseconds since the page got the offer, and since it was connected.
  @discardableResult
  func firstPicture(within limit: Duration = .seconds(30)) async throws -> (afterOffer: Double, afterConnection: Double)
  {
    let times = try await evaluate("return peer.firstPicture", within: limit)
    return (times[0].number ?? 0, times[1].number ?? 0)
  }

  /// The browser's `inbound-rtp` statistics of the picture.
  var inbound: JSON { get async throws { try await evaluate("return peer.inbound('video')") } }

  /// Red, green and blue of each pixel in a part of the picture, row by row.
  func pixels(in rect: PixelRect) async throws -> [[UInt8]] {
    let answer = try await evaluate("return peer.pixels(\(rect.x), \(rect.y), \(rect.width), \(rect.height))")
    guard let data = answer.string.flatMap({ Data(base64Encoded: $0) }), data.count == rect.area * 4 else {
      throw HarnessError("the page gave no pixels")
    }
    let bytes = [UInt8](data)
    return stride(from: 0, to: bytes.count, by: 4).map { Array(bytes[$0..<$0 + 3]) }
  }

  /// The barcode in the current picture: milliseconds of the monotonic clock.
  func barcode(of scene: SceneName, screen: PixelSize) async throws -> UInt32? {
    let rect = scene.barcodeRect(screen: screen)
    // Green is enough for black and white.
    let samples = try await pixels(in: rect).map { $0[1] }
    return Barcode.decode(
      LumaPlane(samples: samples, width: rect.width, height: rect.height),
      at: PixelRect(x: 0, y: 0, width: rect.width, height: rect.height))
  }

  /// A text as a JavaScript literal.
  func literal(_ text: String) -> String { String(decoding: JSON.string(text).bytes, as: UTF8.self) }

  private static let library = """
    window.peers ??= []
    window.Peer ??= class {
      constructor(configuration) {
        this.video = document.createElement('video')
        Object.assign(this.video, {muted: true, autoplay: true, playsInline: true})
        document.body.append(this.video)
        this.context = document.createElement('canvas').getContext('2d', {willReadFrequently: true})
        this.tracks = []
        this.states = []
        this.pc = new RTCPeerConnection(configuration)
        this.pc.onconnectionstatechange = () => {
          this.states.push(this.pc.connectionState)
          if (this.pc.connectionState == 'connected') this.connectedAt ??= performance.now()
        }
        this.pc.ontrack = event => {
          this.tracks.push({id: event.track.id, kind: event.track.kind, streams: event.streams.map(s => s.id)})
          if (event.track.kind == 'video') this.video.srcObject = event.streams[0] ?? new MediaStream([event.track])
        }
        this.firstPicture = new Promise(resolve => this.video.requestVideoFrameCallback(() => {
          const now = performance.now()
          resolve([now - (this.offeredAt ?? 0), now - this.connectedAt])
        }))
      }
      gathered() {
        return new Promise(resolve => {
          const look = () => { if (this.pc.iceGatheringState == 'complete') resolve() }
          look()
          this.pc.addEventListener('icegatheringstatechange', look)
        })
      }
      async takeOffer(sdp) {
        this.offeredAt ??= performance.now()
        await this.pc.setRemoteDescription({type: 'offer', sdp})
        const answer = await this.pc.createAnswer()
        // As the viewer page does: without it a browser decodes mono.
        await this.pc.setLocalDescription({type: 'answer', sdp: answer.sdp.replace('useinbandfec=1', '$&;stereo=1')})
        await this.gathered()
        return this.pc.localDescription.sdp
      }
      async makeOffer(options) {
        await this.pc.setLocalDescription(await this.pc.createOffer(options))
        await this.gathered()
        return this.pc.localDescription.sdp
      }
      pixels(x, y, width, height) {
        this.context.canvas.width = this.video.videoWidth
        this.context.canvas.height = this.video.videoHeight
        this.context.drawImage(this.video, 0, 0)
        let text = ''
        for (const byte of this.context.getImageData(x, y, width, height).data) text += String.fromCharCode(byte)
        return btoa(text)
      }
      async inbound(kind) {
        for (const report of (await this.pc.getStats()).values()) {
          if (report.type == 'inbound-rtp' && report.kind == kind) return report
        }
        return {}
      }
    }
    0
    """
}
