import Foundation
import Harness

/// What a browser hears.
extension BrowserPeer {
  /// Frequency and amplitudes of one channel.
  struct Channel {
    /// Hertz.
    let frequency: Double
    /// Of the tones of `FlashAndBeep`, of its left and right channel.
    let amplitudes: (left: Double, right: Double)
  }

  /// Flashes that were shown and beeps that were heard.
  struct Watched {
    /// Milliseconds that each beep was heard after its flash was shown.
    let offsets: [Double]
    let flashes: Int
  }

  /// Makes the page one that may hear, before there is a peer in it: worklets are for secure contexts, which local files are.
  static func prepareToHear(_ page: ChromiumPage) async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("ear.html")
    try "<!DOCTYPE html>".write(to: file, atomically: true, encoding: .utf8)
    try await page.navigate(to: file.absoluteString)
  }

  /// Begins to hear what comes.
  func listen() async throws {
    try await evaluate(
      #"""
      peer.video.muted = false
      const context = new AudioContext({sampleRate: 48000})
      await context.resume()
      const ear = `registerProcessor('ear', class extends AudioWorkletProcessor {
        quiet = 0
        process([[left]]) {
          for (let i = 0; i < (left?.length ?? 0); i++) {
            if (Math.abs(left[i]) < 0.15) { this.quiet++; continue }
            if (this.quiet > 9600) this.port.postMessage(currentTime + i / sampleRate)
            this.quiet = 0
          }
          return true
        }
      })`
      await context.audioWorklet.addModule('data:text/javascript,' + encodeURIComponent(ear))
      const stream = new MediaStream(peer.video.srcObject.getAudioTracks())
      const source = context.createMediaStreamSource(stream)
      const worklet = new AudioWorkletNode(context, 'ear', {numberOfInputs: 1, numberOfOutputs: 1})
      const splitter = context.createChannelSplitter(2)
      peer.channels = [0, 1].map(() => new AnalyserNode(context, {fftSize: 32768}))
      source.connect(worklet).connect(context.destination)
      source.connect(splitter)
      peer.channels.forEach((channel, index) => splitter.connect(channel, index))
      peer.beeps = []
      peer.flashes = []
      peer.reported = []
      worklet.port.onmessage = ({data: time}) => {
        const {contextTime, performanceTime} = context.getOutputTimestamp()
        peer.beeps.push(performanceTime + (time - contextTime) * 1000)
      }
      const pen = Object.assign(document.createElement('canvas'), {width: 4, height: 4})
        .getContext('2d', {willReadFrequently: true})
      let wasWhite = true
      const look = (now, {expectedDisplayTime}) => {
        pen.drawImage(peer.video, 0, 0, 4, 4)
        const isWhite = pen.getImageData(1, 1, 1, 1).data[0] > 127
        if (isWhite && !wasWhite) peer.flashes.push(expectedDisplayTime)
        wasWhite = isWhite
        peer.video.requestVideoFrameCallback(look)
      }
      peer.video.requestVideoFrameCallback(look)
      setInterval(async () => {
        const [audio, video] = [await peer.inbound('audio'), await peer.inbound('video')]
        const ahead = audio.estimatedPlayoutTimestamp - audio.timestamp - video.estimatedPlayoutTimestamp + video.timestamp
        if (Number.isFinite(ahead)) peer.reported.push(-ahead)
      }, 500)
      """#)
  }

  /// Waits until by the browser's own statistics sound and picture are no further apart, for two seconds.
  /// - Parameter tolerance: in milliseconds.
  func comesIntoStep(within tolerance: Double) async throws {
    try await evaluate("peer.reported.length = 0")
    try await eventually("sound and picture in step", within: 60) {
      try await evaluate(
        "return peer.reported.length >= 4 && peer.reported.slice(-4).every(ahead => Math.abs(ahead) <= \(tolerance))")
        == true
    }
  }

  /// Waits for so many beeps from now on, and compares them with the flashes.
  func watch(beeps: Int, within limit: Duration = .seconds(60)) async throws -> Watched {
    let seen = try await evaluate(
      """
      peer.beeps.length = peer.flashes.length = 0
      while (peer.beeps.length < \(beeps)) await new Promise(resolve => setTimeout(resolve, 50))
      return [peer.flashes, peer.beeps]
      """, within: limit)
    func numbers(_ index: Int) -> [Double] { seen[index].array?.compactMap(\.number) ?? [] }
    let (flashes, beeps) = (numbers(0), numbers(1))
    let offsets = flashes.compactMap { flash in
      beeps.map { $0 - flash }.min { abs($0) < abs($1) }.flatMap { abs($0) < 240 ? $0 : nil }
    }
    return Watched(offsets: offsets, flashes: flashes.count)
  }

  /// What the last 0.7 s of the left and the right channel were.
  var heard: [Channel] {
    get async throws {
      let heard = try await evaluate(
        """
        return peer.channels.map(channel => {
          const samples = new Float32Array(32768)
          channel.getFloatTimeDomainData(samples)
          const at = hertz => {
            let [real, imaginary, weight] = [0, 0, 0]
            samples.forEach((sample, index) => {
              const window = 0.5 - 0.5 * Math.cos(2 * Math.PI * index / samples.length)
              const phase = 2 * Math.PI * hertz * index / 48000
              real += sample * window * Math.cos(phase)
              imaginary += sample * window * Math.sin(phase)
              weight += window
            })
            return 2 * Math.hypot(real, imaginary) / weight
          }
          const crossings = []
          for (let i = 1; i < samples.length; i++) {
            if (samples[i - 1] < 0 && samples[i] >= 0) crossings.push(i - samples[i] / (samples[i] - samples[i - 1]))
          }
          const span = crossings.at(-1) - crossings[0]
          return [(crossings.length - 1) * 48000 / span || 0, at(\(FlashAndBeep.tones.left)), at(\(FlashAndBeep.tones.right))]
        })
        """)
      return heard.array?.map { channel in
        Channel(
          frequency: channel[0].number ?? 0, amplitudes: (left: channel[1].number ?? 0, right: channel[2].number ?? 0))
      } ?? []
    }
  }

  /// What the browser says of the sound it receives: `inbound-rtp` of webrtc-stats.
  var inboundSound: JSON { get async throws { try await evaluate("return peer.inbound('audio')") } }
}
