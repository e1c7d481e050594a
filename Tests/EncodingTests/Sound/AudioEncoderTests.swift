import Harness
import Media
import Testing

@testable import Encoding

/// Sound through libopus's encoder and decoder.
@Suite(.timeLimit(.minutes(2)))
struct AudioEncoderTests {
  private let source = PCMSource()
  private let track: MediaStreamTrack
  private let log = PacketLog()

  init() { track = MediaStreamTrack(source: source, label: "sound") }

  private static func stereo(_ samples: [Float]) -> [Float] { samples.flatMap { [$0, $0] } }

  private static func tone(_ hertz: Double, amplitude: Double, seconds: Double, from start: Double = 0) -> [Float] {
    stereo(
      Sound.tone(
        hertz, amplitude: amplitude, from: Int((start * 48_000).rounded()), count: Int((seconds * 48_000).rounded())))
  }

  private func subscribe(_ settings: AudioEncodingSettings = .init()) -> AudioEncoder {
    AudioEncoder.subscribe(log, to: track, settings: settings)
  }

  @Test func `a tone keeps its frequency, level and time at bit rates from 5 to 510 kbit/s`() async throws {
    for bitrate in [128_000, 0, 10_000_000] {
      let log = PacketLog()
      let source = PCMSource(channelCount: bitrate == 0 ? 1 : 2)
      let track = MediaStreamTrack(source: source, label: "tone")
      var settings = AudioEncodingSettings()
      settings.bitrate = bitrate
      let tone = Sound.tone(1000, amplitude: 0.5, count: 96_000)
      let samples = source.channelCount == 2 ? Self.stereo(tone) : tone
      let encoder = AudioEncoder.subscribe(log, to: track, settings: settings)
      let start = MediaTime.now
      source.push(samples, at: start)
      source.end()
      let seen = try await log.seen("the end") { $0.hasEnded }
      #expect(seen.error == nil)
      #expect(((seen.end ?? .zero) - start).nanoseconds == 2_000_000_000)
      #expect(seen.packets[0].timestamp == start - AudioEncoder.delay && log.isGapless)
      #expect(seen.packets.allSatisfy { $0.codec == .opus && $0.isKeyFrame })
      let sound = try log.decoded()
      #expect(sound.samples.count >= 96_000)
      let middle = sound.part(0.5..<1.5)
      #expect(abs((middle.frequency ?? 0) - 1000) < 0.5)
      // At 5 kbit/s the level differs.
      #expect(bitrate == 0 || abs(middle.amplitude(at: 1000) - 0.5) < 0.02)
      #expect(middle.peak(above: 4000) < (bitrate == 0 ? 0.05 : 0.01))
      // At the same time: the product with the original is largest without a shift.
      let shifts = (-40...40).max { left, right in
        Self.product(middle, with: tone, shift: left) < Self.product(middle, with: tone, shift: right)
      }
      if bitrate > 0 { #expect(abs(try #require(shifts)) <= 1) }
      let seconds = Double(seen.packets.count) * 0.02
      let rate = Double(encoder.statistics.bytes) * 8 / seconds
      #expect(bitrate == 0 ? rate < 12_000 : rate > 30_000 && rate <= Double(min(bitrate, 510_000)) * 1.3)
    }
  }

  private static func product(_ middle: Sound, with tone: [Float], shift: Int) -> Float {
    zip(middle.samples, tone[(24_000 + shift)...]).reduce(0) { $0 + $1.0 * $1.1 }
  }

  @Test func `stereo channels stay separate`() async throws {
    let left = Sound.tone(500, amplitude: 0.5, count: 48_000)
    let right = Sound.tone(3000, amplitude: 0.25, count: 48_000)
    let samples = zip(left, right).flatMap { [$0, $1] }
    // A busy machine may push late; the encoder then waits with silence.
    let encoder = subscribe()
    source.push(samples)
    source.end()
    try await log.seen("the end") { $0.hasEnded }
    let (decodedLeft, decodedRight) = (try log.decoded().part(0.2..<0.8), try log.decoded(channel: 1).part(0.2..<0.8))
    #expect(abs(decodedLeft.amplitude(at: 500) - 0.5) < 0.02 && decodedLeft.amplitude(at: 3000) < 0.01)
    #expect(abs(decodedRight.amplitude(at: 3000) - 0.25) < 0.02 && decodedRight.amplitude(at: 500) < 0.01)
    #expect(encoder.statistics.packets == 51)
  }

  @Test func `a disabled track is encoded as silence of the same length, without clicks`() async throws {
    let encoder = subscribe()
    let start = MediaTime.now
    var pushed = 0.0
    func push(_ seconds: Double) {
      source.push(Self.tone(1000, amplitude: 0.5, seconds: seconds, from: pushed), at: start + .seconds(pushed))
      pushed += seconds
    }
    push(1)
    try await log.seen("a tone") { $0.packets.count >= 49 }
    track.enabled = false
    push(1)
    try await log.seen("silence") { $0.packets.count >= 99 }
    track.enabled = true
    push(1)
    source.end()
    try await log.seen("the end") { $0.hasEnded }
    #expect(log.isGapless)
    let sound = try log.decoded()
    #expect(abs(sound.part(0.2..<0.9).amplitude(at: 1000) - 0.5) < 0.02)
    #expect(sound.part(1.1..<1.9).peak < 0.001)
    #expect(abs(sound.part(2.2..<2.8).amplitude(at: 1000) - 0.5) < 0.02)
    #expect(sound.part(0.2..<2.8).peak(above: 5000) < 0.01)
    // Verifies the check: the same sound with a hard cut clicks.
    var cut = sound.part(0.2..<2.8)
    cut.samples[10_012...12_000] = [Float](repeating: 0, count: 1989)[...]
    #expect(cut.peak(above: 5000) > 0.05)
    encoder.remove(log)
  }

  @Test func `a source that delivers nothing is encoded as silence in step with the clock`() async throws {
    let subscribed = MediaTime.now
    let encoder = subscribe()
    let seen = try await log.seen("silence") { $0.packets.count > 20 }
    #expect(abs((seen.packets[0].timestamp - subscribed).seconds) < 0.2)
    let (start, before) = (MediaTime.now, log.current.packets.count)
    source.push(Self.tone(1000, amplitude: 0.5, seconds: 0.2), at: start)
    // Nothing else is pushed: later packets follow from the clock alone.
    let after = try await log.seen("more silence") { $0.packets.count > before + 60 }
    #expect(log.isGapless)
    #expect(after.packets.last!.timestamp < MediaTime.now)
    let offset = (start - seen.packets[0].timestamp - AudioEncoder.delay).seconds
    let runs = try log.decoded().runs(above: 0.1)
    #expect(runs.count == 1)
    // 2 ms into a fade the sound is above the threshold.
    #expect(abs(runs[0].lowerBound - offset) < 0.003 && abs(runs[0].upperBound - offset - 0.2) < 0.003)
    #expect(encoder.statistics.samplesFilled > 40_000)
    encoder.remove(log)
    let count = log.current.packets.count
    source.push([0, 0])
    #expect(log.current.packets.count == count && !log.current.hasEnded)
  }

  @Test func `subscribers with equal settings share one encoder, which ends with its track`()
    async throws
  {
    let second = PacketLog()
    let encoder = subscribe()
    #expect(AudioEncoder.subscribe(second, to: track, settings: .init()) === encoder)
    var other = AudioEncodingSettings.live
    other.bitrate = 64_000
    let third = PacketLog()
    #expect(AudioEncoder.subscribe(third, to: track, settings: other) !== encoder)
    source.push(Self.tone(440, amplitude: 0.3, seconds: 0.5))
    try await log.seen("packets") { $0.packets.count >= 20 }
    try await second.seen("the same packets") { $0.packets.count >= 20 }
    #expect(log.current.packets[5].data == second.current.packets[5].data)
    encoder.remove(log)
    source.push(Self.tone(440, amplitude: 0.3, seconds: 0.5))
    try await second.seen("more packets") { $0.packets.count >= 45 }
    #expect(log.current.packets.count < 45)
    let clone = track.clone()
    track.stop()
    try await second.seen("the end") { $0.hasEnded }
    try await third.seen("the end") { $0.hasEnded }
    #expect(clone.readyState == .live)
    // An encoder that has ended is not shared.
    #expect(AudioEncoder.subscribe(PacketLog(), to: track, settings: .init()) !== encoder)
  }

  @Test func `a recording's encoder begins, pauses and ends exactly to the sample, without clicks`() async throws {
    let encoder = AudioEncoder(recording: track, settings: .init())
    let start = MediaTime.now
    #expect(encoder.add(log))
    for index in 0..<40 {
      source.push(
        Self.tone(1000, amplitude: 0.5, seconds: 0.1, from: Double(index) / 10),
        at: start + .seconds(Double(index) / 10))
      if index == 5 { encoder.begin(at: start + .seconds(0.25)) }
      if index == 10 { encoder.pause(at: start + .seconds(1.0803)) }
      if index == 20 { encoder.resume(at: start + .seconds(2.0209)) }
      if index == 30 { encoder.finish(at: start + .seconds(3.0601)) }
    }
    encoder.finished()
    let seen = try await log.seen("the end") { $0.hasEnded }
    let length = 1.0803 - 0.25 + 3.0601 - 2.0209
    #expect(seen.packets[0].timestamp + AudioEncoder.delay == start + .seconds(0.25) && log.isGapless)
    #expect(abs(((seen.end ?? .zero) - start).seconds - 0.25 - length) < 0.0001)
    let sound = try log.decoded().part(0..<length)
    #expect(abs(sound.part(0.1..<0.7).amplitude(at: 1000) - 0.5) < 0.02)
    #expect(abs(sound.part(0.9..<1.7).amplitude(at: 1000) - 0.5) < 0.02)
    #expect(sound.part(0..<length - 0.01).peak(above: 5000) < 0.01)
    // It fades at the pause, and nowhere else.
    let silent = sound.samples.indices.filter {
      sound.samples.count > $0 + 48 && Sound(Array(sound.samples[$0..<$0 + 48])).peak < 0.2
    }
    let place = Int((1.0803 - 0.25) * 48_000)
    #expect(
      silent.allSatisfy { abs($0 - place) < 300 || $0 < 240 || $0 > sound.samples.count - 400 }
        && silent.contains { abs($0 - place) < 300 })
    #expect(encoder.statistics.samplesFilled == 0)
  }
}
