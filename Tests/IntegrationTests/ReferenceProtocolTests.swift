import Foundation
import Harness
import Scenes
import Testing

extension IntegrationTests {
  /// `oriel share` with a server and a page of the reference protocol: two members per room, no names, no routing.
  @Suite(
    .enabled(
      if: Chromium.isInstalled && PythonPeer.hasEnvironment("socketio-4")
        && Executables.installed("pulseaudio") != nil), .timeLimit(.minutes(3)))
  struct ReferenceProtocolTests {
    private struct Scene {
      let server: Program
      let port: UInt16
      let browser: Chromium
      let desktop: Desktop
      let sound: PulseServer
      let player: Program

      init() async throws {
        let port = try FreePort.find()
        server = try PythonPeer.start("server", ["\(port)", "both"], in: "socketio-4")
        try await server.line(within: .seconds(30)) { $0 == "listening \(port)" }
        self.port = port
        browser = try await Chromium(arguments: ["--allow-loopback-in-peer-connection"])
        desktop = try await Desktop(.testCard, width: 640, height: 480)
        sound = try await PulseServer()
        player = try sound.play(
          (0..<(170 * 48_000)).flatMap { index in
            let sample = Float(0.25 * sin(2 * .pi * 1000 * Double(index) / 48_000))
            return [sample, sample]
          })
      }

      /// Starts sharing, and waits until it is in the room.
      func share() async throws -> RunningShare {
        try await RunningShare(
          desktop, ["--server", "http://127.0.0.1:\(port)", "--room", "bay", "--audio", "system"],
          environment: sound.environment)
      }

      /// A page of the reference protocol that has joined the room.
      func page(withSound: Bool = false) async throws -> ChromiumPage {
        let page = try await browser.newPage()
        try await page.call("Emulation.setFocusEmulationEnabled", ["enabled": true])
        try await page.navigate(to: PythonPeer.file("reference.html").absoluteString)
        try await page.evaluate("open('ws://127.0.0.1:\(port)/socket.io/', 'bay', \(withSound))")
        try await page.until("state !== 'init'", within: .seconds(20))
        return page
      }
    }

    /// Adds `loudest()` to the page: the loudest frequency of the stream that it plays, and its level.
    private static let loudest = """
      (async () => {
        globalThis.audioContext ??= new AudioContext()
        await audioContext.resume()
        const analyser = new AnalyserNode(audioContext, { fftSize: 8192, smoothingTimeConstant: 0 })
        audioContext.createMediaStreamSource(video.srcObject).connect(analyser)
        const bins = new Float32Array(analyser.frequencyBinCount)
        globalThis.loudest = () => {
          analyser.getFloatFrequencyData(bins)
          const at = bins.indexOf(Math.max(...bins))
          return [at * audioContext.sampleRate / analyser.fftSize, bins[at]]
        }
      })()
      """

    /// Waits until the page's picture moves, and the tone is played.
    private func seesTheDesktop(_ page: ChromiumPage, _ share: RunningShare) async throws {
      do {
        let frames = "video.getVideoPlaybackQuality().totalVideoFrames"
        try await page.until("video.videoWidth === 640 && \(frames) > 10", within: .seconds(30))
        let before = try await page.evaluate(frames).int ?? 0
        try await page.until("\(frames) > \(before + 10)", within: .seconds(30))
        // The page's own media are not requested.
        let directions = try await page.evaluate("pc.getTransceivers().map(({ currentDirection }) => currentDirection)")
        #expect(directions.array?.allSatisfy { ["recvonly", "inactive"].contains($0) } == true, "\(directions)")
        try await page.evaluate(Self.loudest)
        try await page.until(
          "(([hertz, level]) => Math.abs(hertz - 1000) < 10 && level > -30)(loudest())", within: .seconds(30))
      } catch {
        let state = try? await page.evaluate("log.join() + ' ' + pc?.connectionState")
        throw HarnessError("\(error)\n\(state?.string ?? "")\n\(page.problems)\n\(share.program.output)")
      }
      #expect(page.problems == [])
    }

    @Test func `the member that joined first offers; one viewer at a time, each with a connection of its own`()
      async throws
    {
      let scene = try await Scene()
      var share = try await scene.share()
      let first = try await scene.page()
      try await seesTheDesktop(first, share)
      #expect(try await first.evaluate("[offers.length, state]") == [0, "joined"])

      // For a third member the room is full, also for another share.
      let third = try await scene.page()
      #expect(try await third.evaluate("state") == "leaved")
      let late = try await Command.run([
        "share", "--display", scene.desktop.display, "--server", "http://127.0.0.1:\(scene.port)", "--room", "bay",
      ])
      #expect(late.status == 77, "\(late.errors)")

      // One page leaves, the next is closed without leaving, and each time another joins.
      try await first.evaluate("emit('leave', room)")
      try await share.viewers("left")
      let second = try await scene.page()
      try await seesTheDesktop(second, share)
      try await second.close()
      // The server has to detect it by itself.
      var next = try await scene.page()
      while try await next.evaluate("state") == "leaved" { next = try await scene.page() }
      try await seesTheDesktop(next, share)
      try await next.evaluate("emit('leave', room)")
      try await share.viewers("left", count: 2)
      try await share.stop()

      // Now the page joins first. It sends only sound, so its offer has no video section.
      let host = try await scene.page(withSound: true)
      for turn in 1...2 {
        share = try await scene.share()
        try await seesTheDesktop(host, share)
        #expect(try await host.evaluate("[offers.length, state]") == [.number(Double(turn)), "joined_conn"])
        #expect(try await host.evaluate("offers.some(sdp => sdp.includes('m=video'))") == false)
        try await share.stop()
        try await host.until("state === 'joined_unbind' && pc === null")
      }
      scene.player.kill()
      try await scene.browser.close()
      try await scene.server.stop()
    }
  }
}
