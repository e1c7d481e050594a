import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// `oriel share` on a terminal: its messages and its keys.
  @Suite(.enabled(if: Chromium.isInstalled), .timeLimit(.minutes(2))) struct ShareKeysTests {
    @Test func `the scanned QR code opens the room, and the keys change what the viewer sees`() async throws {
      let desktop = try await Desktop(.testCard, width: 640, height: 480)
      let sound = try await PulseServer()
      let player = try sound.play(
        (0..<(120 * 48_000)).flatMap { index in
          let sample = Float(0.25 * sin(2 * .pi * 1000 * Double(index) / 48_000))
          return [sample, sample]
        })
      defer { player.kill() }
      let display = desktop.display
      let output = try await Program.run("xrandr", ["-d", display, "--listmonitors"]).split(separator: " ").last
      let monitor = output.map(String.init)?.trimmingCharacters(in: .whitespacesAndNewlines) ?? "none"
      try await Program.run("xrandr", ["-d", display, "--setmonitor", "LEFT", "320/80x240/60+0+0", monitor])
      let session = try TerminalSession(
        sharing: display, ["--listen", "127.0.0.1:0", "--name", "Ann", "--audio", "system"],
        environment: sound.environment)
      func shown(_ text: String) async throws {
        try await eventually("\(text) on the terminal", within: 20) { session.program.output.contains(text) }
      }
      try await shown("Sharing at")
      let seen = try #require(
        session.program.output.range(of: "Viewers see desktop, 640x480, and hear the system sound ("))
      let sharing = try #require(session.program.output.range(of: "Sharing at"))
      #expect(seen.lowerBound < sharing.lowerBound)
      #expect(session.program.output.contains("\u{1b}[22;2t\u{1b}]2;Oriel shares desktop\u{1b}\\"))
      // On a line of its own if it is longer than the terminal's width.
      let url = session.program.output[sharing.upperBound...].prefix { $0 != ";" }
        .trimmingCharacters(in: .whitespacesAndNewlines)
      try await eventually("the whole code") { (try? await TerminalQRCode.read(session.program.output)) == url }

      let browser = try await Chromium()
      let page = browser.page
      try await page.navigate(to: url)
      let width = "document.querySelector('video').videoWidth"
      try await page.until("\(width) === 640", within: .seconds(30))
      try await shown("watches")
      try await page.until("document.body.innerText.includes('Ann')")

      try session.type("s")
      try await shown("[1-")
      let line = try #require(session.program.output.split(separator: "\n").last { $0.contains("monitor LEFT") })
      try session.type(line.trimmingCharacters(in: .whitespaces).prefix(1).description)
      try await shown("Viewers see LEFT, 320x240, and hear")
      try await page.until("\(width) === 320", within: .seconds(30))

      // Escape closes the list; then numbers do nothing.
      try session.type("s")
      try await eventually("the list") {
        session.program.output.components(separatedBy: "Show instead:").count == 3
      }
      try session.type("\u{1b}1?")
      try await shown("lock the room")
      #expect(session.program.output.components(separatedBy: "Viewers see desktop").count == 2)

      // The loudest frequency that the page plays, and its level.
      try await page.evaluate(
        """
        (async () => {
          const context = new AudioContext()
          await context.resume()
          const analyser = new AnalyserNode(context, { fftSize: 8192, smoothingTimeConstant: 0 })
          context.createMediaStreamSource(document.querySelector('video').srcObject).connect(analyser)
          const bins = new Float32Array(analyser.frequencyBinCount)
          globalThis.loudest = () => {
            analyser.getFloatFrequencyData(bins)
            const at = bins.indexOf(Math.max(...bins))
            return [at * context.sampleRate / analyser.fftSize, bins[at]]
          }
        })()
        """)
      let heard = "(([hertz, level]) => Math.abs(hertz - 1000) < 10 && level > -30)(loudest())"
      try await page.until(heard, within: .seconds(30))
      try session.type("m")
      try await shown("Muted: viewers hear nothing")
      try await page.until("loudest()[1] < -90", within: .seconds(20))
      try session.type("m")
      try await shown("Viewers hear the sound again")
      try await page.until(heard, within: .seconds(20))
      try session.type("p")
      try await page.until("document.body.innerText.includes('Paused')", within: .seconds(20))
      try session.type("p")
      try await page.until("!document.body.innerText.includes('Paused')", within: .seconds(20))

      try session.type("l")
      try await shown("The room is locked")
      let late = try await browser.newPage()
      try await late.navigate(to: url)
      try await late.until("document.body.innerText.includes('The room is locked')")
      try session.type("l")
      try await shown("The room is open again")

      try await page.evaluate(
        "document.querySelector('#say-text').value = 'hush', document.querySelector('#say').requestSubmit()")
      try await page.until("document.querySelectorAll('#log .text:not([data-state])').length === 1")
      try session.type("c")
      try await shown("The chat is cleared")
      try await page.until("document.querySelector('#log').innerText.includes('cleared the chat')")

      try session.type("r")
      try await shown("Remove:")
      try session.type("1")
      try await page.until("document.body.innerText.includes('You were removed')")
      try await eventually("leaving", within: 20) { session.program.output.contains(" left") }
      try await browser.close()
      try session.type("q")
      #expect(try await session.finished() == 0)
      #expect(session.program.output.contains("\u{1b}[23;2t"))
      try await session.expectRestored()
    }
  }
}
