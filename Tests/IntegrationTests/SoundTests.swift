import Foundation
import Glibc
import Harness
import Media
import Scenes
import Testing

extension IntegrationTests {
  /// Recordings with sound, of a real PulseAudio with null sinks.
  @Suite(.enabled(if: Executables.installed("pulseaudio") != nil), .timeLimit(.minutes(3))) struct SoundTests {
    @Test func `flash and beep stay in sync over a pause, a restart of the server and a change of the output`()
      async throws
    {
      let server = try await PulseServer(sinks: ["one", "two"])
      let desktop = try await Desktop(.flash, environment: server.environment)
      let running = try RunningRecording(
        on: desktop.display, ["--audio", "system", "--fps", "60", "--cursor", "never"], environment: server.environment)
      #expect(try await running.event("start")["audio"] == "system")
      /// Waits for `count` more beeps of the scene.
      func beeps(_ count: Int) async throws {
        let before = try desktop.scene.beeps.count
        try await eventually("\(count) beeps", within: 30) { try desktop.scene.beeps.count >= before + count }
      }
      var marks = [MonotonicClock.seconds]
      try await beeps(4)
      marks.append(MonotonicClock.seconds)
      running.program.signal(SIGUSR1)
      try await running.event("paused")
      try await beeps(1)
      running.program.signal(SIGUSR1)
      try await running.event("resumed")
      try await beeps(4)
      marks.append(MonotonicClock.seconds)
      try await server.stop()
      try await running.event("warning")
      try await server.start()
      // The source must have reconnected to the server as well.
      try await beeps(6)
      marks.append(MonotonicClock.seconds)
      try await server.control("set-default-sink", "two")
      try await beeps(6)
      marks.append(MonotonicClock.seconds)
      let recording = try await running.stop(SIGINT)
      #expect(recording.exit.status == 0, "\(recording.errorOutput)")

      let flashes = try await FlashRecording(recording.file, of: desktop.scene, screen: desktop.screen)
      let sound = try await DecodedSound(recording.file)
      let synchrony = flashes.synchrony(sound)
      for (part, least) in zip(zip(marks, marks.dropFirst()), [3, 3, 3, 3]) {
        let inPart = Set(flashes.flashes.filter { part.0...part.1 ~= $0.drawn }.map { $0.time + $0.beepDelay })
        let pairs = synchrony.pairs.filter { inPart.contains($0.flash) }
        #expect(pairs.count >= least, "\(part): \(synchrony)\n\(recording.events)")
        // On a busy machine some pictures are captured late, but less than half.
        let offsets = pairs.map { abs($0.offset) }.sorted()
        #expect(offsets.isEmpty || offsets[offsets.count / 2] <= 20, "\(synchrony)")
        #expect(offsets.count { $0 > 80 } <= 1, "\(synchrony)")
      }
      // Sound without gaps, with silence where there was none, and no beep that was not played.
      #expect(abs(sound.duration - flashes.end) < 0.3, "\(sound.duration) \(flashes.end)")
      #expect(synchrony.unmatchedBeeps.count <= 1, "\(synchrony)")
    }

    @Test func `a muted microphone gives a warning before the recording begins, and another event when it is unmuted`()
      async throws
    {
      let server = try await PulseServer(microphone: "mic")
      try await server.control("set-source-mute", "mic", "1")
      let screen = try await XServer(width: 320, height: 240)
      let running = try RunningRecording(
        on: screen.display, ["--audio", "source:@DEFAULT_SOURCE@"], environment: server.environment)
      @Sendable func warning(_ code: String) async throws {
        try await running.program.line(within: .seconds(20)) { (try? JSON(parsing: $0)["code"].string) == code }
      }
      try await running.event("start")
      try await warning("soundMuted")
      try await server.control("set-source-mute", "mic", "0")
      try await warning("soundUnmuted")
      let recording = try await running.stop(SIGINT)
      #expect(recording.exit.status == 0, "\(recording.errorOutput)")
      let codes = recording.events.filter { $0["event"] == "warning" }.map { $0["code"].string }
      #expect(codes == ["soundMuted", "soundUnmuted"])
    }

    @Test func `m mutes: silence without a gap, with the same tone before and after`() async throws {
      let server = try await PulseServer()
      let desktop = try await Desktop(.testCard)
      let player = try server.play(
        (0..<(40 * AudioFrame.sampleRate)).flatMap { index in
          let sample = Float(0.25 * sin(2 * .pi * 1000 * Double(index) / Double(AudioFrame.sampleRate)))
          return [sample, sample]
        })
      let session = try TerminalSession(
        on: desktop.display, ["--json", "--audio", "system", "--audio-bitrate", "160k"], environment: server.environment
      )
      func progress(after count: Int) async throws {
        try await eventually("progress", within: 20) {
          Events.parse(session.program.output).count { $0["event"] == "progress" } > count + 1
        }
      }
      try await session.program.line { Events.name(ofLine: $0) == "start" }
      try await progress(after: 1)
      var times: [Double] = []
      for event in ["muted", "unmuted"] {
        let last = Events.parse(session.program.output).last { $0["event"] == "progress" }
        times.append(try #require(last?["timeSeconds"].number))
        try session.type("m")
        let line = try await session.program.line { Events.name(ofLine: $0) == event }
        #expect(try JSON(parsing: line)["kind"] == "audio")
        try await progress(after: Events.parse(session.program.output).count { $0["event"] == "progress" })
      }
      try session.type("q")
      #expect(try await session.finished() == 0)
      player.kill()
      let sound = try await DecodedSound(session.file)
      // The silence begins within a second after the first m, and ends within a second after the second.
      #expect(sound.level(from: times[0] + 1, to: times[1]) < -80)
      let parts = [sound.samples(from: 1, to: times[0]), sound.samples(from: times[1] + 1, to: sound.duration - 0.2)]
      let tones = parts.map { ToneQuality($0, frequency: 1000) }
      let before = try #require(tones[0], "\(sound.level(from: 1, to: times[0])) dB")
      #expect(abs(before.frequency - 1000) < 0.5)
      #expect(abs(before.level - 20 * log10(0.25)) < 0.5)
      let after = try #require(tones[1])
      #expect(abs(after.frequency - 1000) < 0.5 && abs(after.level - before.level) < 0.5)
      let video = try #require(try await FFmpeg.probe(session.file)["format"]["duration"].number)
      #expect(abs(video - sound.duration) < 0.15)
    }

    @Test func `system sound and microphone are mixed or separate, and a window's program is recorded alone`()
      async throws
    {
      let server = try await PulseServer(sinks: ["desk"], microphone: "mic")
      let desktop = try await Desktop(
        .flash, arguments: ["--tone", "700", "--title", "First"], environment: server.environment)
      let second = try await Scene(
        .flash, on: desktop.display, arguments: ["--tone", "1500", "--title", "Second"],
        environment: server.environment)
      let microphone = try server.play(
        (0..<(60 * AudioFrame.sampleRate)).flatMap { index in
          let sample = Float(0.25 * sin(2 * .pi * 3000 * Double(index) / Double(AudioFrame.sampleRate)))
          return [sample, sample]
        }, on: "mic-in")
      @Sendable func sounds(_ options: [String]) async throws -> (recording: Recording, sound: DecodedSound) {
        let recording = try await Recording.make(
          on: desktop.display, ["--duration", "3.5", "--fps", "60"] + options, environment: server.environment)
        #expect(recording.exit.status == 0, "\(recording.errorOutput)")
        return (recording, try await DecodedSound(recording.file))
      }
      // Whether the two beeps and the microphone are in the sound.
      func expect(_ expected: [Bool], in sound: DecodedSound, _ location: SourceLocation = #_sourceLocation) {
        let tone = ToneQuality(sound.samples(from: 0.5, to: 3), frequency: 3000)
        // The start of a beep contains all frequencies.
        let beeps = [700.0, 1500].map { frequency in
          BeepDetector.beeps(in: sound.left, frequency: frequency).filter { $0.level > -15 }
        }
        let heard = beeps.map { $0.count >= 2 } + [tone.map { $0.level > -30 } ?? false]
        #expect(
          heard == expected, "\(beeps), \(tone.map { "\($0)" } ?? "no tone"), \(sound.duration) s",
          sourceLocation: location)
      }
      // First without the microphone: sound played to an idle null sink arrives in it only seconds later.
      expect([true, true, false], in: try await sounds(["--audio", "source:desk.monitor"]).sound)
      // At the same time.
      let three = [["--audio", "both"], ["--audio", "both", "--separate-tracks"], ["--audio", "mic"]]
      let recordings = try await withThrowingTaskGroup { group in
        for (index, options) in three.enumerated() { group.addTask { (index, try await sounds(options)) } }
        return try await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
      }
      let (mixed, apart, alone) = (
        try #require(recordings[0]), try #require(recordings[1]), try #require(recordings[2])
      )
      expect([true, true, true], in: mixed.sound)
      let streams = try await FFmpeg.probe(apart.recording.file, ["-select_streams", "a"])["streams"].array
      #expect(streams?.count == 2)
      expect([true, true, false], in: apart.sound)
      expect([false, false, true], in: try await DecodedSound(apart.recording.file, track: 1))
      expect([false, false, true], in: alone.sound)

      // The second window covers the first.
      let (window, own) = try await sounds(["--window", "First", "--audio", "window", "--cursor", "never"])
      expect([true, false, false], in: own)
      let flashes = try await FlashRecording(window.file, of: desktop.scene, screen: desktop.screen, window: true)
      let synchrony = flashes.synchrony(own, frequency: 700)
      #expect(synchrony.pairs.count >= 2, "\(synchrony)")
      #expect(try abs(#require(synchrony.median)) <= 20, "\(synchrony)")
      try await second.stop()
      microphone.kill()
    }

    @Test func `the verdict of selftest follows from its figures, and it reports muted or missing sound`()
      async throws
    {
      let server = try await PulseServer()
      let screen = try await XServer(width: 800, height: 600)
      func test(_ options: [String], _ environment: [String: String]) async throws -> (Command, JSON) {
        let program = try Program(
          Executables.product("oriel"), ["selftest", "--display", screen.display, "--json"] + options,
          environment: environment)
        let exit = try await program.exit(within: .seconds(40))
        let command = Command(status: exit.status, output: program.output, errors: program.errorOutput)
        return (command, try JSON(parsing: command.output))
      }
      let (command, fine) = try await test(["--duration", "4s"], server.environment)
      let figures = fine["figures"]
      #expect(figures["flashesSeen"].int == 4 && figures["beepsHeard"].int == 4, "\(command)")
      #expect(abs(try #require(figures["offsetMs"]["median"].number)) <= 20, "\(command)")
      #expect(try #require(figures["sharpness"].number) > 0.999, "\(command)")
      #expect((figures["stepsDrawn"].int ?? 0) > 30, "\(command)")
      // The figures depend on the machine; the verdict depends only on the figures.
      func figure(_ name: String) -> Double { figures[name].number ?? .infinity }
      let isFine =
        abs(figures["offsetMs"]["worst"].number ?? .infinity) <= 40 && figure("sharpness") >= 0.995
        && figure("stepsKept") >= 0.97 * figure("stepsDrawn") && figure("faults") == 0
        && figures["pictureLatencyMs"]["median"].number ?? .infinity <= 100
      #expect(fine["verdict"] == (isFine ? "fine" : "poor"), "\(command)")
      #expect((fine["problems"] == []) == isFine, "\(command)")
      #expect(command.status == (isFine ? 0 : 1), "\(command)")

      try await server.control("set-sink-mute", "desk", "1")
      let (_, muted) = try await test(["--duration", "3s"], server.environment)
      #expect(muted["problems"].array?.contains { $0["code"] == "notHeard" } == true, "\(muted)")
      try await server.stop()
      let (_, silent) = try await test(["--duration", "3s"], server.environment)
      #expect(silent["figures"]["flashesSeen"].int == 3 && silent["figures"]["beepsHeard"] == .null, "\(silent)")
      #expect(silent["notes"].array?.first?["code"] == "noSound", "\(silent)")
    }
  }
}
