import Foundation
import Harness
import Media
import Recording
import Testing

/// Recordings with sound in a browser.
@Suite(.enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct RecorderBrowserTests {
  /// The frequency of the recording's sound in `second`, in hertz.
  private static func tone(_ second: Int) -> Double { Double(500 + 300 * second) }

  /// A recording of eight seconds, made in less.
  private func recording(hasVideo: Bool) async throws -> Data {
    let folder = try TemporaryDirectory()
    let file = folder.file("steps.webm")
    let canvas = Canvas(width: 96, height: 64)
    let source = PCMSource()
    let sound = MediaStreamTrack(source: source, label: "steps")
    let stream = hasVideo ? canvas.captureStream() : MediaStream()
    stream.addTrack(sound)
    let recorder = try MediaRecorder(stream)
    let log = RecorderLog(recorder)
    canvas.paint { $0.fill($0.rect, 0x3366cc) }
    try recorder.start(.file(path: file.path))
    try await log.received("start")
    let start = try #require(recorder.statistics.startedAt)
    for part in 0..<16 {
      let samples = Sound.tone(Self.tone(part / 2), amplitude: 0.4, from: part * 24_000, count: 24_000)
      source.push(samples.flatMap { [$0, $0] }, at: start + .milliseconds(Int64(part) * 500))
      // Gives the encoder time: its input is bounded.
      try await Task.sleep(for: .milliseconds(50))
    }
    stream.getVideoTracks().first?.stop()
    source.end()
    try await log.received("stop")
    return try Data(contentsOf: file)
  }

  @Test func `Chromium plays a recording, and after each seek its sound is right`()
    async throws
  {
    let browser = try await Chromium()
    let page = browser.page
    try await page.evaluate(
      """
      window.open_ = async (base64) => {
        const bytes = Uint8Array.from(atob(base64), text => text.charCodeAt(0))
        const video = window.video = document.createElement('video')
        document.body.replaceChildren(video)
        const context = window.context = new AudioContext({sampleRate: 48000})
        const analyser = window.analyser = new AnalyserNode(context, {fftSize: 8192, smoothingTimeConstant: 0})
        context.createMediaElementSource(video).connect(analyser).connect(context.destination)
        await new Promise((resolve, reject) => {
          video.onloadeddata = resolve
          video.onerror = () => reject(new Error(video.error.message))
          video.src = URL.createObjectURL(new Blob([bytes]))
        })
        await context.resume()
        return [video.videoWidth, video.seekable.length, video.duration]
      }
      // Plays from `time` on for 0.45 s, and returns the time and the loudest frequency just before it.
      window.listen = async (time) => {
        await new Promise(resolve => { video.onseeked = resolve; video.currentTime = time })
        await video.play()
        while (video.currentTime < time + 0.45 && !video.ended) await new Promise(resolve => setTimeout(resolve, 5))
        const levels = new Float32Array(analyser.frequencyBinCount)
        const now = video.currentTime
        analyser.getFloatFrequencyData(levels)
        video.pause()
        const loudest = levels.indexOf(Math.max(...levels))
        return [now, loudest * 48000 / 8192, levels[loudest]]
      }
      """)
    for hasVideo in [true, false] {
      let bytes = try await recording(hasVideo: hasVideo)
      let facts = try await page.evaluate("open_('\(bytes.base64EncodedString())')")
      #expect(facts[0].int == (hasVideo ? 96 : 0) && facts[1].int == 1)
      #expect(abs((facts[2].number ?? 0) - 8) < 0.002)
      for second in [5, 1, 6, 0, 3] {
        var result: JSON = .null
        // On a busy machine the analysis may be after the end of the second.
        for _ in 0..<10 {
          result = try await page.evaluate("listen(\(Double(second) + 0.35))", within: .seconds(30))
          if let now = result[0].number, now < Double(second) + 0.97 { break }
        }
        #expect(abs((result[1].number ?? 0) - Self.tone(second)) < 12, "\(second) s: \(result)")
        #expect((result[2].number ?? -200) > -40, "\(second) s: \(result)")
      }
    }
    #expect(page.problems == [])
    try await browser.close()
  }
}
