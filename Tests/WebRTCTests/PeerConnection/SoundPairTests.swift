import SDP
import Encoding
import Harness
import Media
import RTP
import Testing

@testable import WebRTC

/// Sound between two connections of this process.
@Suite(.serialized, .timeLimit(.minutes(1)))
struct SoundPairTests {
  @NetworkThreadActor @Test func `sound is sent alone, with a picture, from another track, muted; inactive stops it`()
    async throws
  {
    let (source, other) = (FlashAndBeep(.tone), FlashAndBeep(.tone))
    let pair = try PeerPair()
    let sender = try pair.first.addTrack(source.tone, source.stream)
    try await pair.connect()
    let receiver = try #require(pair.second.getReceivers().first)
    let offer = try #require(pair.first.localDescription?.sdp)
    #expect(offer.contains("a=fmtp:111 minptime=10;useinbandfec=1;stereo=1;sprop-stereo=1\r\n"))
    #expect(offer.contains("a=rtpmap:63 red/48000/2\r\na=fmtp:63 111/111\r\n"))
    let log = EncodedLog()
    (receiver.track.source as? any EncodedSource)?.attach(log)
    try await log.seen("sound") { $0.count > 50 }
    #expect(log.frames.allSatisfy { $0.codec == .opus && $0.isKeyFrame })
    // 20 ms apart: none is missing.
    let times = log.frames.map(\.timestamp)
    let apart = zip(times, times.dropFirst()).map { ($1 - $0).seconds }
    #expect(apart.allSatisfy { 0.017 < $0 && $0 < 0.023 }, "\(apart)")

    try pair.first.addTrack(source.picture, source.stream)
    try pair.negotiate()
    let picture = try #require(pair.second.getReceivers().last)
    #expect(picture.track.kind == .video)
    let pictures = EncodedLog()
    (picture.track.source as? any EncodedSource)?.attach(pictures)
    try await pictures.seen("pictures") { $0.count > 5 }
    // Both in one stream, over one transport.
    #expect(pair.second.transceivers.map { $0.receiver.streams.map(\.id) } == [[source.stream.id], [source.stream.id]])
    #expect(pair.first.getStats().all(RTCTransportStats.self).count == 1)

    try sender.replaceTrack(other.tone)
    let replaced = log.frames.count
    try await log.seen("the other track's sound") { $0.count > replaced + 25 }
    #expect(log.frames.count < replaced + 500)

    let stats = pair.first.getStats()
    let outbound = try #require(stats.all(RTCOutboundRtpStreamStats.self).first { $0.kind == .audio })
    #expect(outbound.packetsSent > 75 && outbound.bytesSent > 5000 && outbound.targetBitrate == 128_000)
    let media = try #require(outbound.mediaSourceId.flatMap { stats[$0] as? RTCAudioSourceStats })
    #expect(media.trackIdentifier == other.tone.id && (media.totalSamplesDuration ?? 0) > 0.4)
    // A sine of half the full amplitude; the energy is less where a busy machine had silence instead.
    let level = 0.5 / 2.0.squareRoot()
    try await eventually("the tone's level", within: 20) {
      let media = pair.first.getStats().all(RTCAudioSourceStats.self).first
      return abs((media?.audioLevel ?? 0) - level) < 0.02
    }
    let energy = try #require(pair.first.getStats().all(RTCAudioSourceStats.self).first)
    #expect(0.01...1.05 ~= (energy.totalAudioEnergy ?? 0) / (energy.totalSamplesDuration ?? 1) / (level * level))
    #expect(outbound.codecId.flatMap { stats[$0] as? RTCCodecStats }?.mimeType == "audio/opus")

    // Silence is sent like sound.
    other.tone.enabled = false
    let muted = log.frames.count
    try await log.seen("silence") { $0.count > muted + 25 && $0.suffix(10).allSatisfy { $0.data.count < 100 } }
    #expect(pair.first.getStats().all(RTCAudioSourceStats.self).first?.audioLevel == 0)

    try #require(pair.first.getTransceivers().first).setDirection(.inactive)
    try pair.negotiate()
    try await eventually("no more sound") { receiver.track.muted }
    // Packets on their way still arrive; then none does while five pictures do.
    try await eventually("the end of the sound") {
      let (sounds, shown) = (log.frames.count, pictures.frames.count)
      try await pictures.seen("pictures still") { $0.count > shown + 5 }
      return log.frames.count == sounds
    }
    pair.close()
    source.stop()
    other.stop()
  }

  @NetworkThreadActor @Test func `disabling and enabling a track fades its sound out and in without a click`()
    async throws
  {
    let source = PCMSource()
    let track = MediaStreamTrack(source: source, label: "tone")
    let pair = try PeerPair()
    try pair.first.addTrack(track)
    try await pair.connect()
    let log = EncodedLog()
    try #require(pair.second.getReceivers().first?.track.source as? any EncodedSource).attach(log)
    // Ahead of the clock, so that a busy machine loses no sound, but no further than the encoder's buffer.
    let start = MediaTime.now
    var pushed = 0
    func push(packets: Int) async throws {
      for _ in 0..<packets {
        let tone = Sound.tone(1000, amplitude: 0.5, from: pushed, count: 960)
        source.push(tone.flatMap { [$0, $0] }, at: start + .milliseconds(Int64(pushed / 48)))
        pushed += 960
      }
      let count = pushed / 960
      try await log.seen("the sound") { $0.count >= count - 2 }
    }
    try await push(packets: 60)
    track.enabled = false
    try await push(packets: 60)
    track.enabled = true
    try await push(packets: 60)
    pair.close()

    var decoder = try OpusDecoder()
    var decoded: [Float] = []
    for frame in log.frames {
      guard let samples = decoder.decode(frame.data) else { throw HarnessError("a packet that cannot be decoded") }
      decoded += stride(from: samples.startIndex, to: samples.endIndex, by: OpusDecoder.channels).map { samples[$0] }
    }
    let sound = Sound(decoded)
    let (before, between, after) = (sound.part(0.2..<0.9), sound.part(1.6..<2), sound.part(2.8..<sound.seconds - 0.1))
    #expect(abs(before.amplitude(at: 1000) - 0.5) < 0.02 && abs(after.amplitude(at: 1000) - 0.5) < 0.02)
    #expect(between.peak < 0.001)
    #expect(sound.part(0.1..<sound.seconds).peak(above: 5000) < 0.012)
  }
}
