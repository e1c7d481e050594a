import Capture
import Foundation
import Harness
import Media
import Testing

/// PipeWire's server for PulseAudio's clients, in place of PulseAudio.
@Suite(.timeLimit(.minutes(3))) struct PipeWireTests {
  @Test func `PipeWire's server gives what it plays, in step, and one program's sound alone`() async throws {
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
}
