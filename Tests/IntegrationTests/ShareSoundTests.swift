import Foundation
import Glibc
import Harness
import Media
import Scenes
import Testing

extension IntegrationTests {
  /// A share's sound in a browser: the actual sound of its output, compared with the actual picture on its screen.
  @Suite(.enabled(if: Chromium.isInstalled && Executables.installed("pulseaudio") != nil), .timeLimit(.minutes(4)))
  struct ShareSoundTests {
    /// The frequency in hertz of a tone that plays with the beeps, above all their frequencies.
    private static let tone = 3000.0

    /// Their offset depends on the browser. `EncodedTrackTests` and `SoundPairTests` check that both are sent with their
    /// capture times, and that nothing clicks.
    @Test func `Chromium plays beeps with their flashes, is silent during a pause, and plays them again afterwards`()
      async throws
    {
      let (played, heard) = (try await PulseServer(), try await PulseServer())
      let desktop = try await Desktop(.flash, environment: played.environment)
      let player = try played.play(
        (0..<(180 * AudioFrame.sampleRate)).flatMap { index in
          let sample = Float(0.1 * sin(2 * .pi * Self.tone * Double(index) / Double(AudioFrame.sampleRate)))
          return [sample, sample]
        })
      defer { player.kill() }
      let share = try await RunningShare(
        desktop,
        ["--listen", "127.0.0.1:0", "--audio", "system", "--fps", "60", "--cursor", "never", "--bitrate", "1M"],
        environment: played.environment)
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

      let recording = try RunningRecording(
        on: screen.display, ["--audio", "system", "--fps", "60", "--cursor", "never"], environment: heard.environment)
      let start = try await recording.event("start")["timeSeconds"].number ?? 0
      let began = MonotonicClock.seconds - start
      func beeps(_ count: Int) async throws {
        let before = try desktop.scene.beeps.count
        try await eventually("\(count) beeps", within: 60) { try desktop.scene.beeps.count > before + count }
      }
      try await beeps(5)
      // Half a period before a beep: so the pause neither begins nor ends in a flash, whose picture may be later than its beep.
      try await MonotonicClock.sleep(until: MonotonicClock.seconds + 0.5)
      let paused = MonotonicClock.seconds - began
      share.program.signal(SIGUSR1)
      try await MonotonicClock.sleep(until: MonotonicClock.seconds + 2)
      share.program.signal(SIGUSR1)
      try await beeps(6)
      let recorded = try await recording.stop(SIGINT)
      let sound = try await DecodedSound(recorded.file)
      let silence = try #require(Self.longestSilence(in: sound))
      #expect(silence.lowerBound >= paused && silence.upperBound - silence.lowerBound >= 1, "\(silence) \(paused)")
      let flashes = try await FlashRecording(recorded.file, of: desktop.scene, screen: desktop.screen)
      let synchrony = flashes.synchrony(sound)
      #expect(synchrony.pairs.count { $0.flash < silence.lowerBound } >= 3, "\(synchrony) \(silence)")
      #expect(synchrony.pairs.count { $0.flash > silence.upperBound } >= 3, "\(synchrony) \(silence)")
      #expect(flashes.flashes.allSatisfy { !silence.contains($0.time) }, "\(synchrony) \(silence)")
      #expect(browser.page.problems == [])
      try await browser.close()
      try await share.stop()
    }

    /// The longest time without the tone, in seconds; nil if there is none, or no tone.
    private static func longestSilence(in sound: DecodedSound) -> Range<Double>? {
      let perSecond = 50
      let window = AudioFrame.sampleRate / perSecond
      let levels = stride(from: 0, to: sound.left.count - window, by: window).map {
        Sound(Array(sound.left[$0..<$0 + window])).amplitude(at: tone)
      }
      let loud = levels.sorted()[levels.count * 3 / 4]
      guard loud > 0.05 else { return nil }
      var longest = 0..<0
      var start = 0
      for (index, level) in (levels + [loud]).enumerated() where level >= loud / 4 {
        if index - start > longest.count { longest = start..<index }
        start = index + 1
      }
      let scale = Double(perSecond)
      return longest.isEmpty ? nil : Double(longest.lowerBound) / scale..<Double(longest.upperBound) / scale
    }
  }
}
