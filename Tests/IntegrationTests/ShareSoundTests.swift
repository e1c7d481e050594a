import Foundation
import Glibc
import Harness
import Media
import Scenes
import Testing

extension IntegrationTests {
  /// A share's sound in a browser: what it really plays, by its output, against what it really shows, by its screen.
  @Suite(.enabled(if: Chromium.isInstalled && Executables.installed("pulseaudio") != nil), .timeLimit(.minutes(4)))
  struct ShareSoundTests {
    /// Hertz, of a tone beside the beeps, above all that they have.
    private static let tone = 3000.0

    @Test func `Chromium plays each beep with its flash, also after a pause, at whose edges nothing clicks`()
      async throws
    {
      let (sound, heard) = (try await PulseServer(), try await PulseServer())
      let desktop = try await Desktop(.flash, environment: sound.environment)
      let player = try sound.play(
        (0..<(180 * AudioFrame.sampleRate)).flatMap { index in
          let sample = Float(0.1 * sin(2 * .pi * Self.tone * Double(index) / Double(AudioFrame.sampleRate)))
          return [sample, sample]
        })
      defer { player.kill() }
      let share = try await RunningShare(
        desktop,
        ["--listen", "127.0.0.1:0", "--audio", "system", "--fps", "60", "--cursor", "never", "--bitrate", "1M"],
        environment: sound.environment)
      let screen = try await XServer(width: desktop.screen.width, height: desktop.screen.height)
      let browser = try await Chromium(
        on: screen.display,
        arguments: [
          "--allow-loopback-in-peer-connection", "--kiosk", "--window-position=0,0",
          "--window-size=\(screen.width),\(screen.height)",
        ], wrapper: ["env"] + heard.environment.map { "\($0)=\($1)" })
      try await browser.page.navigate(to: share.url)
      try await browser.page.until("!document.querySelector('.unmute').hidden", within: .seconds(40))
      try await browser.page.evaluate(
        """
        document.querySelector('.unmute').click()
        Object.assign(document.querySelector('video').style, {
          position: 'fixed', left: 0, top: 0, zIndex: 1000, maxWidth: 'none', maxHeight: 'none',
          width: '\(screen.width)px', height: '\(screen.height)px'
        })
        """)

      /// What is seen and heard while `body` goes on, and how far apart flashes and beeps are from 1 s after its end on.
      func watch(beeps: Int, _ body: () async throws -> Void) async throws -> (DecodedSound, Synchrony) {
        let recording = try RunningRecording(
          on: screen.display, ["--audio", "system", "--fps", "60", "--cursor", "never"],
          environment: heard.environment)
        let start = try await recording.event("start")["timeSeconds"].number ?? 0
        let began = MonotonicClock.seconds
        try await body()
        let counted = MonotonicClock.seconds - began + start + 1
        let before = try desktop.scene.beeps.count
        try await eventually("\(beeps) beeps", within: 60) { try desktop.scene.beeps.count > before + beeps }
        let recorded = try await recording.stop(SIGINT)
        let flashes = try await FlashRecording(recorded.file, of: desktop.scene, screen: desktop.screen)
        let sound = try await DecodedSound(recorded.file)
        let all = flashes.synchrony(sound)
        return (
          sound,
          Synchrony(
            flashes: all.pairs.map(\.flash).filter { $0 >= counted },
            beeps: all.pairs.map { $0.flash + $0.offset / 1000 })
        )
      }
      /// Until they are together and nothing is wrong, for which a busy browser may take its time.
      func inStep(_ body: () async throws -> Void = {}, faults: (DecodedSound) -> [String] = { _ in [] }) async throws {
        var tried: [String] = []
        for _ in 0..<6 {
          let (sound, synchrony) = try await watch(beeps: 7, body)
          let wrong = faults(sound)
          if synchrony.pairs.count >= 5, let median = synchrony.median, abs(median) <= 20, wrong.isEmpty { return }
          tried.append("\(synchrony); \(wrong)")
        }
        Issue.record("\(tried)")
      }

      try await inStep()
      try await inStep {
        try await MonotonicClock.sleep(until: MonotonicClock.seconds + 1)
        share.program.signal(SIGUSR1)
        try await MonotonicClock.sleep(until: MonotonicClock.seconds + 1.5)
        share.program.signal(SIGUSR1)
      } faults: {
        Self.faults(inPauseOf: $0)
      }
      #expect(browser.page.problems == [])
      try await browser.close()
      try await share.stop()
    }

    /// What is wrong where the tone should be silent for one stretch of about 1.5 s, and there before and after, without a click
    /// where it ends and begins.
    private static func faults(inPauseOf sound: DecodedSound) -> [String] {
      let window = AudioFrame.sampleRate / 50
      let levels = stride(from: 0, to: sound.left.count - window, by: window).map {
        Sound(Array(sound.left[$0..<$0 + window])).amplitude(at: tone)
      }
      let loud = levels.sorted()[levels.count * 3 / 4]
      guard loud > 0.05 else { return ["the tone is \(loud)"] }
      var runs: [Range<Int>] = []
      for (index, level) in levels.enumerated() where level < loud / 4 {
        if let last = runs.last, last.upperBound == index {
          runs[runs.count - 1] = last.lowerBound..<index + 1
        } else {
          runs.append(index..<index + 1)
        }
      }
      guard runs.count == 1, 60...100 ~= runs[0].count else { return ["silent at \(runs) 50ths of a second"] }
      return [runs[0].lowerBound, runs[0].upperBound].compactMap { edge in
        let around = Sound(Array(sound.left[max(0, (edge - 5) * window)..<min(sound.left.count, (edge + 5) * window)]))
        let click = around.peak(above: 8000)
        return click < 0.01 ? nil : "a click of \(click) at \(Double(edge) / 50) s"
      }
    }
  }
}
