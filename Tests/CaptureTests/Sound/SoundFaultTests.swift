import Capture
import Foundation
import Glibc
import Harness
import Media
import Testing

/// Faults in the middle of a recording: the sound stays on the clock, and warnings report the fault.
@Suite(.timeLimit(.minutes(5))) struct SoundFaultTests {
  @Test func `after a server restart or a suspended output there is silence, and the sound after it is in sync`()
    async throws
  {
    let server = try await PulseServer()
    let capturer = try await SoundCapturer.open(.system, server: server.address)
    let (log, events) = (SoundLog(), EventLog(capturer))
    capturer.attach(log)
    let metronome = try Metronome(server.address)
    func expectSync(_ what: String, _ count: Int = 4) async throws {
      let begin = MediaTime.now
      let offsets = try await eventually("beeps \(what)", within: 60) {
        let offsets = metronome.offsets(log, from: begin)
        return offsets.count >= count ? offsets : nil
      }
      // A busy machine is late sometimes, and so are the server's times just after it has begun to play again.
      #expect(offsets.filter { abs($0) >= 0.02 }.count <= 1, "\(what): \(offsets)")
      #expect(abs(offsets.sorted()[offsets.count / 2]) < 0.01, "\(what): \(offsets)")
    }
    try await expectSync("at the start")

    // Suspended for a while, as when a card is unplugged.
    try await server.control("suspend-sink", "desk", "1")
    let suspended = MediaTime.now
    try await eventually("a second without sound", within: 30) { MediaTime.now - suspended > .seconds(1) }
    try await server.control("suspend-sink", "desk", "0")
    try await expectSync("after the suspension")
    try await eventually("the warning of the loss") { events.warnings.contains("soundLost") }
    #expect(capturer.statistics.overruns >= 1)
    #expect(capturer.statistics.lostFrames > 30_000)

    try await server.stop()
    try await eventually("the warning of the server's loss") { events.warnings.contains("soundServerGone") }
    let gone = log.seconds
    // Silence goes on without it.
    try await eventually("silence", within: 20) { log.seconds > gone + 1 }
    #expect(log.last(0.5).allSatisfy { $0 == 0 })
    try await server.start()
    try await eventually("the new connection", within: 20) { capturer.statistics.connections == 2 }
    try await expectSync("after the restart")
    #expect(events.all.filter { $0 == .muted }.count == 1)
    #expect(events.all.filter { $0 == .unmuted }.count == 1)
    #expect(events.warnings.filter { $0 == "soundServerGone" }.count == 1)
    #expect(log.gaps == 0)
    // As many samples as time has passed.
    #expect(abs(log.seconds - (MediaTime.now - log.start).seconds) < 1)
    capturer.stop()
    metronome.stop()
  }

  @Test func `a new default output is recorded, and a removed source is replaced by the default`() async throws {
    let server = try await PulseServer(sinks: ["desk", "other"])
    let module = try await server.addSink("extra")
    let players = try [("desk", 700.0), ("other", 1100), ("extra", 1900)].map { sink, frequency in
      try server.play(tone(frequency, seconds: 90), on: sink)
    }
    let system = try await SoundCapturer.open(.system, server: server.address)
    let named = try await SoundCapturer.open(.source("extra.monitor"), server: server.address)
    let (log, extra) = (SoundLog(), SoundLog())
    let (systemEvents, namedEvents) = (EventLog(system), EventLog(named))
    system.attach(log)
    named.attach(extra)
    func contains(_ log: SoundLog, _ tones: Set<Double>) -> Bool {
      [700.0, 1100, 1900].allSatisfy { tone in
        let level = Spectrum.level(of: tone, in: log.last(0.1))
        return tones.contains(tone) ? abs(level - 0.25) < 0.01 : level < 0.001
      }
    }
    try await eventually("the default output alone", within: 20) { contains(log, [700]) }
    try await eventually("the named output alone", within: 20) { contains(extra, [1900]) }
    // PulseAudio moves the old output's playbacks to the new one.
    let before = log.samples.count
    try await server.control("set-default-sink", "other")
    try await eventually("the new default output", within: 20) { contains(log, [700, 1100]) }
    // A new recorder never gets the sound that the output had buffered before, and these players let it buffer 0.2 s.
    let sounding = Sound(Array(log.samples[(before - 4800)...])).runs(above: 0.01)
    let silences = zip(sounding, sounding.dropFirst()).map { $1.lowerBound - $0.upperBound }
    #expect(silences.reduce(0, +) < 0.6, "\(silences)")
    #expect(system.settings.deviceId == "other.monitor")
    #expect(systemEvents.warnings == [])
    players[2].kill()
    try await server.control("unload-module", module)
    try await eventually("the default output in its place", within: 20) { contains(extra, [700, 1100]) }
    try await eventually("the warning of the change") { namedEvents.warnings == ["soundSourceChanged"] }
    #expect(log.gaps == 0 && extra.gaps == 0)
    // An output of the same name comes back and is recorded again.
    _ = try await server.addSink("extra")
    let again = try server.play(tone(1900, seconds: 90), on: "extra")
    try await eventually("the named output again", within: 20) { contains(extra, [1900]) }
    again.kill()
    for capturer in [system, named] { capturer.stop() }
  }

  @Test func `a mute or a low volume gives a warning at once, and another when the mute ends`() async throws {
    let server = try await PulseServer(microphone: "headset")
    try await server.control("set-source-mute", "headset", "1")
    let microphone = try await SoundCapturer.open(.source("headset"), server: server.address)
    // Warnings from before the listener are kept.
    let events = EventLog(microphone)
    try await eventually("the warning of the mute") { events.warnings == ["soundMuted"] }
    try await server.control("set-source-mute", "headset", "0")
    try await eventually("the end of the mute") { events.warnings == ["soundMuted", "soundUnmuted"] }
    try await server.control("set-source-volume", "headset", "0")
    try await eventually("the warning of a volume of 0") { events.warnings.last == "soundMuted" }
    microphone.stop()

    try await server.control("set-sink-volume", "desk", "20%")
    let system = try await SoundCapturer.open(.source("@DEFAULT_MONITOR@"), server: server.address)
    let systemEvents = EventLog(system)
    try await eventually("the warning of the volume") { systemEvents.warnings == ["soundLowered"] }
    try await server.control("set-sink-mute", "desk", "1")
    try await eventually("the warning of the output's mute") { systemEvents.warnings.last == "soundMuted" }
    try await server.control("set-sink-mute", "desk", "0")
    try await eventually("the end of the output's mute") { systemEvents.warnings.last == "soundUnmuted" }
    // Each recording can be muted by itself.
    let recording = try await server.control("list", "short", "source-outputs").split(separator: "\n")
      .first { $0.contains("PipeWire") == false && $0.contains("protocol-native") }?.split(separator: "\t").first
    try await server.control("set-source-output-mute", String(try #require(recording)), "1")
    try await eventually("the warning of this recording's mute") { systemEvents.warnings.last == "soundMuted" }
    system.stop()
  }

  @Test func `a named microphone that is removed leaves silence, although there is another default`() async throws {
    let server = try await PulseServer(sinks: ["desk", "room-in"], microphone: "headset")
    try await server.control("load-module", "module-remap-source", "master=room-in.monitor", "source_name=room")
    let (voice, room) = (
      try server.play(tone(700, seconds: 90), on: "headset-in"), try server.play(tone(1100, seconds: 90), on: "room-in")
    )
    // Named by its device id, although it is also the default.
    let constraints = MediaTrackConstraints(MediaTrackConstraintSet(deviceId: .exact("headset")))
    let stream = try await MediaDevices.getUserMedia(
      UserMediaStreamOptions(audio: .constrained(constraints), soundServer: server.address))
    let capturer = try #require(stream.getAudioTracks()[0].source as? SoundCapturer)
    let (log, events) = (SoundLog(), EventLog(capturer))
    capturer.attach(log)
    func levels() -> [Double] { [700.0, 1100].map { Spectrum.level(of: $0, in: log.last(0.1)) } }
    try await eventually("the named microphone", within: 20) { levels()[0] > 0.2 }
    let modules = try await server.control("list", "short", "modules").split(separator: "\n")
    let module = modules.first { $0.contains("source_name=headset") }?.split(separator: "\t").first
    try await server.control("unload-module", String(try #require(module)))
    try await server.control("set-default-source", "room")
    try await eventually("the warning of the loss") { events.warnings == ["soundSourceGone"] }
    let gone = log.seconds
    try await eventually("a second more", within: 20) { log.seconds > gone + 1.5 }
    #expect(log.last(1).allSatisfy { $0 == 0 })
    try await server.control("load-module", "module-remap-source", "master=headset-in.monitor", "source_name=headset")
    try await eventually("the named microphone again", within: 20) { levels()[0] > 0.2 }
    #expect(levels()[1] < 0.001 && log.gaps == 0)
    #expect(!log.samples.isEmpty && Spectrum.level(of: 1100, in: log.samples) < 0.001)
    capturer.stop()
    for player in [voice, room] { player.kill() }
  }

  @Test func `a channel without a position is recorded on both sides`() async throws {
    let channels = ["front-left", "front-right", "aux0", "aux1"]
    let server = try await PulseServer()
    try await server.control(
      "load-module", "module-null-sink", "sink_name=wide", "rate=48000", "format=float32le",
      "channels=\(channels.count)", "channel_map=\(channels.joined(separator: ","))")
    let player = try server.play(
      (0..<(60 * 48_000)).flatMap { index -> [Float] in
        var frame = [Float](repeating: 0, count: channels.count)
        frame[2] = Float(0.25 * sin(2 * .pi * 700 * Double(index) / 48_000))
        return frame
      }, on: "wide", channels: channels)
    let capturer = try await SoundCapturer.open(.source("wide"), server: server.address)
    let sides = [SoundLog(.left), SoundLog(.right)]
    for side in sides { capturer.attach(side) }
    // 3 dB lower.
    try await eventually("the tone on both sides", within: 20) {
      sides.allSatisfy { abs(Spectrum.level(of: 700, in: $0.last(0.1)) - 0.177) < 0.01 }
    }
    capturer.stop()
    player.kill()
  }

  @Test func `one program is recorded with its children and its later playbacks, without other programs`()
    async throws
  {
    let server = try await PulseServer(sinks: ["desk", "other"])
    let ours = ["sh", "-c", "\"$@\" & wait", "sh"]
    let child = try server.play(tone(700, seconds: 90), wrapper: ours)
    let other = try server.play(tone(1100, seconds: 90))
    let capturer = try await SoundCapturer.open(.application(process: Int(child.pid)), server: server.address)
    let everything = try await SoundCapturer.open(.system, server: server.address)
    let (log, all) = (SoundLog(), SoundLog())
    capturer.attach(log)
    everything.attach(all)
    func levels(_ log: SoundLog) -> [Double] {
      [700.0, 1100, 1900].map { Spectrum.level(of: $0, in: log.last(0.1)) }
    }
    try await eventually("both in the system's sound", within: 20) { levels(all)[0] > 0.24 && levels(all)[1] > 0.24 }
    try await eventually("the program's sound", within: 20) { levels(log)[0] > 0.24 }
    #expect(levels(log)[1] < 0.001)
    // Also on another output.
    let input = try await server.control("list", "short", "sink-inputs").split(separator: "\n")
      .first { $0.contains("\t") }?.split(separator: "\t").first
    try await server.control("move-sink-input", String(try #require(input)), "other")
    try await eventually("it on another output", within: 20) {
      capturer.settings.deviceId != nil && levels(all)[0] < 0.001 && levels(log)[0] > 0.24 && levels(log)[1] < 0.001
    }
    // A program without sound is no fault.
    child.kill()
    try await eventually("silence", within: 20) { log.last(0.5).allSatisfy { $0 == 0 } }
    #expect(capturer.statistics.streams == 0 && log.gaps == 0 && capturer.statistics.overruns == 0)
    let time = log.seconds
    try await eventually("time to go on", within: 20) { log.seconds > time + 0.5 }

    // This process's children: both present players, mixed.
    let own = try await SoundCapturer.open(.application(process: Int(getpid())), server: server.address)
    let mixed = SoundLog()
    own.attach(mixed)
    try await eventually("the one that plays already", within: 20) { levels(mixed)[1] > 0.24 }
    let late = try server.play(tone(1900, seconds: 90), on: "other")
    try await eventually("both", within: 20) { levels(mixed)[1] > 0.24 && levels(mixed)[2] > 0.24 }
    #expect(own.statistics.streams == 2)
    for capturer in [capturer, everything, own] { capturer.stop() }
    for player in [other, late] { player.kill() }
  }

  @Test func `a window's sound is that of its program and the program's children alone`() async throws {
    let server = try await PulseServer()
    let screen = try await XServer()
    let client = try Client(screen)
    // As in browsers, the player is a child of the window's process.
    let ours = try server.play(tone(700, seconds: 90), wrapper: ["sh", "-c", "\"$@\" & wait", "sh"])
    let other = try server.play(tone(1100, seconds: 90))
    let window = client.window(PixelRect(x: 10, y: 10, width: 80, height: 60), 0x336699, title: "Player")
    client.process(window, ours.pid)
    client.map(window)
    let options = DisplayMediaStreamOptions(
      display: screen.display, surface: .window(.title("Player")), sound: .window, soundServer: server.address)
    let stream = try await MediaDevices.getDisplayMedia(options)
    let track = stream.getAudioTracks()[0]
    #expect(stream.getTracks().count == 2 && track.getSettings().sampleRate == 48_000)
    let log = SoundLog()
    try #require(track.source as? any AudioSource).attach(log)
    try await eventually("the program's sound", within: 20) { Spectrum.level(of: 700, in: log.last(0.1)) > 0.24 }
    #expect(Spectrum.level(of: 1100, in: log.last(0.1)) < 0.001)
    for track in stream.getTracks() { track.stop() }
    // A window without _NET_WM_PID.
    let anonymous = client.window(PixelRect(x: 200, y: 10, width: 80, height: 60), 0x996633, title: "Anonymous")
    client.map(anonymous)
    var nameless = options
    nameless.surface = .window(.title("Anonymous"))
    let wanted = nameless
    await #expect { _ = try await MediaDevices.getDisplayMedia(wanted) } throws: {
      ($0 as? DisplayMediaError)?.reason == .soundSourceNotFound
    }
    for player in [ours, other] { player.kill() }
  }

  @Test func `a window with another process's _NET_WM_PID, or another machine's name, gives no sound`() async throws {
    let server = try await PulseServer()
    let screen = try await XServer()
    let client = try Client(screen)
    let other = try server.play(tone(1100, seconds: 90))
    for (title, process, machine) in [
      ("One", 1, nil), ("Parent", getppid(), nil), ("Gone", 4_000_000, nil),
      ("Elsewhere", other.pid, "elsewhere.example"),
    ] as [(String, Int32, String?)] {
      let window = client.window(PixelRect(x: 10, y: 10, width: 80, height: 60), 0x336699, title: title)
      client.process(window, process)
      if let machine { client.property(window, "WM_CLIENT_MACHINE", type: "STRING", Array(machine.utf8)) }
      client.map(window)
      await #expect { () async throws in
        _ = try await MediaDevices.getDisplayMedia(
          .init(
            display: screen.display, surface: .window(.title(title)), sound: .window, soundServer: server.address))
      } throws: { error in
        let error = error as? DisplayMediaError
        return error?.reason == .soundSourceNotFound && error?.message.contains("cannot be told from others'") == true
      }
    }
    other.kill()
  }

  @Test(.enabled(if: Sandbox.obstacle == nil, Comment(rawValue: Sandbox.obstacle ?? "")))
  func `the players of two sandboxes with the same PID are not confused`() async throws {
    let server = try await PulseServer()
    let ours = try server.play(tone(700, seconds: 90), wrapper: Sandbox.wrapper)
    let everything = try await SoundCapturer.open(.system, server: server.address)
    let all = SoundLog()
    everything.attach(all)
    func levels(_ log: SoundLog) -> [Double] { [700.0, 1100].map { Spectrum.level(of: $0, in: log.last(0.1)) } }
    try await eventually("the first", within: 20) { levels(all)[0] > 0.2 }
    let alone = try await SoundCapturer.open(.application(process: Int(ours.pid)), server: server.address)
    let log = SoundLog()
    alone.attach(log)
    try await eventually("its sound", within: 20) { levels(log)[0] > 0.2 }
    let other = try server.play(tone(1100, seconds: 90), wrapper: Sandbox.wrapper)
    try await eventually("both", within: 20) { levels(all).allSatisfy { $0 > 0.2 } }
    try await eventually("the first still alone", within: 20) { levels(log)[0] > 0.2 && levels(log)[1] < 0.001 }
    // With both present, the playbacks' owners are uncertain.
    let unsure = try await SoundCapturer.open(.application(process: Int(other.pid)), server: server.address)
    let (events, silence) = (EventLog(unsure), SoundLog())
    unsure.attach(silence)
    try await eventually("some sound", within: 20) { silence.seconds > 0.5 }
    #expect(silence.last(0.5).allSatisfy { $0 == 0 })
    try await eventually("the warning") { events.warnings == ["soundUnsure"] }
    for capturer in [everything, alone, unsure] { capturer.stop() }
    for player in [ours, other] { player.kill() }
  }

  @Test func `a microphone is recorded as a separate track, and mixed with the system's sound for both`()
    async throws
  {
    let server = try await PulseServer(microphone: "headset")
    let desk = try server.play(tone(700, level: 0.7, seconds: 90), on: "desk")
    let voice = try server.play(tone(1100, level: 0.7, seconds: 90), on: "headset-in")
    let constraints = MediaTrackConstraints(MediaTrackConstraintSet(channelCount: 1, deviceId: .exact("headset")))
    let track = try await MediaDevices.getUserMedia(
      UserMediaStreamOptions(audio: .constrained(constraints), soundServer: server.address)
    ).getAudioTracks()[0]
    #expect(track.kind == .audio && track.readyState == .live && track.label == "Remapped Monitor of headset-in")
    #expect(track.getSettings().sampleRate == 48_000 && track.getSettings().channelCount == 1)
    #expect(track.getSettings().deviceId == "headset")
    let (log, mixed) = (SoundLog(), SoundLog())
    try #require(track.source as? any AudioSource).attach(log)
    let both = try await SoundCapturer.open(.both, server: server.address)
    both.attach(mixed)
    func levels(_ log: SoundLog) -> [Double] { [700.0, 1100].map { Spectrum.level(of: $0, in: log.last(0.1)) } }
    try await eventually("the microphone alone", within: 20) {
      levels(log)[0] < 0.001 && abs(levels(log)[1] - 0.7) < 0.01
    }
    // Too loud together: limited, not clipped.
    try await eventually("both", within: 20) { levels(mixed).allSatisfy { $0 > 0.48 && $0 < 0.65 } }
    #expect(mixed.last(1).allSatisfy { abs($0) <= 1 })
    for name in ["desk.monitor", "none such"] {
      await #expect {
        let constraints = MediaTrackConstraints(MediaTrackConstraintSet(deviceId: .exact(name)))
        _ = try await MediaDevices.getUserMedia(.init(audio: .constrained(constraints), soundServer: server.address))
      } throws: {
        ($0 as? DisplayMediaError)?.name == .overconstrained && ($0 as? DisplayMediaError)?.constraint == "deviceId"
      }
    }
    track.stop()
    try await eventually("the end") { log.hasEnded && track.readyState == .ended }
    both.stop()
    for player in [desk, voice] { player.kill() }
  }

  @Test func `a missing server, a hanging server and an unknown source are errors that name them`() async throws {
    func failure(_ body: () async throws -> Void) async -> DisplayMediaError? {
      do { try await body() } catch { return error as? DisplayMediaError }
      return nil
    }
    let none = "unix:/nowhere/native"
    let begin = MediaTime.now
    for error in [
      await failure { _ = try await SoundCapturer.open(.system, server: none) },
      await failure { _ = try await SoundSources.list(server: none) },
      await failure { _ = try await MediaDevices.getUserMedia(.init(soundServer: none)) },
    ] {
      #expect(error?.reason == .soundServerUnreachable && error?.name == .notReadable)
      #expect(error?.message.contains(none) == true)
    }
    // At once: a hanging server would take five seconds each time.
    #expect(MediaTime.now - begin < .seconds(5))
    let server = try await PulseServer()
    let missing = await failure { _ = try await SoundCapturer.open(.source("no\u{1b}such"), server: server.address) }
    #expect(missing?.reason == .soundSourceNotFound && missing?.name == .notFound)
    #expect(missing?.message.contains("\u{1b}") == false && missing?.message.contains("desk.monitor") == true)
    for selection in [AudioSelection.microphone, .both] {
      let error = await failure { _ = try await SoundCapturer.open(selection, server: server.address) }
      #expect(error?.reason == .soundSourceNotFound)
    }
    #expect(await failure { _ = try await MediaDevices.getUserMedia(.init(audio: false)) }?.name == .type)
    // A hanging server times out.
    server.signal(SIGSTOP)
    let hung = await failure { _ = try await SoundCapturer.open(.system, server: server.address) }
    #expect(hung?.reason == .soundServerUnreachable)
    server.signal(SIGCONT)
  }
}
