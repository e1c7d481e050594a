import Capture
import Foundation
import Harness
import Media
import Testing

@Suite(.timeLimit(.minutes(3))) struct SoundCaptureTests {
  @Test func `a played tone is recorded at its frequency and level, without a click`() async throws {
    let server = try await PulseServer(sinks: ["desk", "other"], microphone: "headset")
    let sources = try await SoundSources.list(server: server.address)
    #expect(sources.map(\.name) == ["desk.monitor", "other.monitor", "headset-in.monitor", "headset"])
    #expect(sources.filter(\.isDefault).map(\.name) == ["desk.monitor", "headset"])
    #expect(sources.filter { $0.kind == .microphone }.map(\.name) == ["headset"])
    let capturer = try await SoundCapturer.open(.system, server: server.address)
    let log = SoundLog()
    capturer.attach(log)
    // On a busy machine the player itself may get no turn for half a second.
    let player = try server.play(tone(1000, seconds: 60), on: "desk", buffer: 4000)
    try await eventually("the tone", within: 20) { Spectrum.level(of: 1000, in: log.last(0.2)) > 0.2 }
    let begun = log.samples.count
    try await eventually("two seconds of it", within: 30) { log.seconds > Double(begun) / 48_000 + 2 }
    let heard = Array(log.samples[begun..<(begun + 96_000)])
    // In the first seconds its offset is still corrected, which changes the rate by less than 500 millionths.
    #expect(abs(Spectrum.level(of: 1000, in: Array(heard.prefix(9600))) - 0.25) < 0.0025)
    #expect(abs(Spectrum.frequency(near: 1000, in: heard) - 1000) < 0.5)
    // A missing or doubled sample would lower it below 35 dB.
    #expect(Spectrum.purity(of: 1000, in: heard) > 45)
    #expect(capturer.label == "Monitor of desk")
    #expect(capturer.settings.sampleRate == 48_000 && capturer.settings.channelCount == 2)
    #expect(capturer.settings.deviceId == "desk.monitor")
    #expect(log.gaps == 0)
    player.kill()
    capturer.stop()
    try await eventually("the end") { log.hasEnded }
  }
}
