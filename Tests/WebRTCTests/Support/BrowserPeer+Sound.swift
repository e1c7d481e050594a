import Foundation
import Harness

/// Measures the sound that a browser plays.
extension BrowserPeer {
  /// Frequency and amplitudes of one played channel.
  struct Channel {
    /// Hertz.
    let frequency: Double
    /// Amplitudes of the two tones of `FlashAndBeep`.
    let amplitudes: (left: Double, right: Double)
  }

  /// Shown flashes and played beeps.
  struct FlashesAndBeeps {
    /// Milliseconds from each flash to its beep.
    let offsets: [Double]
    let flashes: Int
  }

  /// Opens a page that may use an audio worklet, before there is a peer in it: worklets need a secure context, such as a local
  /// file.
  static func openSecurePage(_ page: ChromiumPage) async throws {
    let folder = try TemporaryDirectory()
    let file = folder.file("sound.html")
    try "<!DOCTYPE html>".write(to: file, atomically: true, encoding: .utf8)
    try await page.navigate(to: file.absoluteString)
  }

  /// Unmutes the video, and begins to record beeps, flashes and the browser's own offset of sound and picture.
  func startMeasuringSound() async throws {
    try await evaluate(
      #"""
      peer.video.muted = false
      const context = new AudioContext({sampleRate: 48000})
      await context.resume()
      const detector = `registerProcessor('beep-detector', class extends AudioWorkletProcessor {
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
      await context.audioWorklet.addModule('data:text/javascript,' + encodeURIComponent(detector))
      const stream = new MediaStream(peer.video.srcObject.getAudioTracks())
      const source = context.createMediaStreamSource(stream)
      const worklet = new AudioWorkletNode(context, 'beep-detector', {numberOfInputs: 1, numberOfOutputs: 1})
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

  /// Waits until sound and picture, by the browser's own statistics, are in sync for two seconds.
  /// - Parameter tolerance: the largest offset, in milliseconds.
  func waitForSync(within tolerance: Double) async throws {
    try await evaluate("peer.reported.length = 0")
    try await eventually("sound and picture in sync", within: 60) {
      try await evaluate(
        "return peer.reported.length >= 4 && peer.reported.slice(-4).every(ahead => Math.abs(ahead) <= \(tolerance))")
        == true
    }
  }

  /// Waits for `count` further beeps, and compares them with the flashes.
  func flashesAndBeeps(count: Int, within limit: Duration = .seconds(60)) async throws -> FlashesAndBeeps {
    let times = try await evaluate(
      """
      peer.beeps.length = peer.flashes.length = 0
      while (peer.beeps.length < \(count)) await new Promise(resolve => setTimeout(resolve, 50))
      return [peer.flashes, peer.beeps]
      """, within: limit)
    func numbers(_ index: Int) -> [Double] { times[index].array?.compactMap(\.number) ?? [] }
    let (flashes, beeps) = (numbers(0), numbers(1))
    let offsets = flashes.compactMap { flash in
      beeps.map { $0 - flash }.min { abs($0) < abs($1) }.flatMap { abs($0) < 240 ? $0 : nil }
    }
    return FlashesAndBeeps(offsets: offsets, flashes: flashes.count)
  }

  /// The left and the right channel, over the last 0.7 s.
  var channels: [Channel] {
    get async throws {
      let channels = try await evaluate(
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
      return channels.array?.map { channel in
        Channel(
          frequency: channel[0].number ?? 0, amplitudes: (left: channel[1].number ?? 0, right: channel[2].number ?? 0))
      } ?? []
    }
  }

  /// The browser's `inbound-rtp` statistics of the sound.
  var inboundSound: JSON { get async throws { try await evaluate("return peer.inbound('audio')") } }
}
