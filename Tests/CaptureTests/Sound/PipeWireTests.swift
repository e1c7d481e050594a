import Capture
import Foundation
import Harness
import Media
import Testing

/// PipeWire's PulseAudio server, `pipewire-pulse`.
@Suite(.timeLimit(.minutes(3))) struct PipeWireTests {
  @Test func `PipeWire's server gives the system's sound in sync, and one program's sound alone`() async throws {
    let server = try await PipeWireServer()
    #expect(try await SoundSources.list(server: server.address).contains { $0.name == "desk.monitor" && $0.isDefault })
    let capturer = try await SoundCapturer.open(.system, server: server.address)
    let log = SoundLog()
    capturer.attach(log)
    let metronome = try Metronome(server.address)
    let begin = MediaTime.now
    let offsets = try await eventually("beeps", within: 60) {
      let offsets = metronome.offsets(log, from: begin)
      return offsets.count >= 6 ? offsets : nil
    }
    #expect(abs(offsets.sorted()[offsets.count / 2]) < 0.03, "\(offsets)")
    metronome.stop()

    let (ours, other) = (try server.play(tone(700, seconds: 90)), try server.play(tone(1100, seconds: 90)))
    func levels(_ log: SoundLog) -> [Double] { [700.0, 1100].map { Spectrum.level(of: $0, in: log.last(0.1)) } }
    try await eventually("both programs", within: 20) { levels(log).allSatisfy { $0 > 0.2 } }
    let alone = try await SoundCapturer.open(.application(process: Int(ours.pid)), server: server.address)
    let own = SoundLog()
    alone.attach(own)
    try await eventually("one program", within: 20) { levels(own)[0] > 0.2 }
    #expect(levels(own)[1] < 0.001)
    #expect(log.gaps == 0 && own.gaps == 0)
    for capturer in [capturer, alone] { capturer.stop() }
    for player in [ours, other] { player.kill() }
  }

  @Test(.enabled(if: Sandbox.obstacle == nil, Comment(rawValue: Sandbox.obstacle ?? "")))
  func `a native PipeWire player in a sandbox is recorded alone`() async throws {
    let server = try await PipeWireServer()
    let folder = try TemporaryDirectory()
    let other = try server.play(tone(1100, seconds: 90))
    let file = folder.file("tone.wav")
    let samples = tone(700, seconds: 90).map { Int16($0 * 32767) }
    var header = Data("RIFF".utf8) + little(UInt32(36 + samples.count * 2)) + Data("WAVEfmt ".utf8)
    header += little(UInt32(16)) + little(UInt16(1)) + little(UInt16(2)) + little(UInt32(48_000))
    header += little(UInt32(192_000)) + little(UInt16(4)) + little(UInt16(16)) + Data("data".utf8)
    try (header + little(UInt32(samples.count * 2)) + samples.withUnsafeBytes { Data($0) }).write(to: file)
    // Also in a sandbox.
    let ours = try Program(
      Sandbox.wrapper[0], Array(Sandbox.wrapper.dropFirst()) + ["pw-play", file.path],
      environment: server.environment)
    let alone = try await SoundCapturer.open(.application(process: Int(ours.pid)), server: server.address)
    let log = SoundLog()
    alone.attach(log)
    func level(_ frequency: Double) -> Double { Spectrum.level(of: frequency, in: log.last(0.1)) }
    try await eventually("the player's sound", within: 20) { level(700) > 0.2 }
    #expect(level(1100) < 0.001)
    alone.stop()
    for player in [ours, other] { player.kill() }
  }

  private func little(_ value: some FixedWidthInteger) -> Data { withUnsafeBytes(of: value.littleEndian) { Data($0) } }
}
