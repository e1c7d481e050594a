import Encoding
import Media
import RTP
import Synthetic
import TestSupport
import Testing

@testable import WebRTC

/// A viewer that keeps its frames.
@NetworkThreadActor private final class Spectator: EncodedTrackViewer {
  private(set) var frames: [PacketizedFrame] = []
  private(set) var discards = 0

  func receive(_ frame: PacketizedFrame, now: MediaTime) { frames.append(frame) }
  func discardUnsent() { discards += 1 }
}

/// Keeps the last picture's capture time.
private final class CaptureTimes: VideoSink {
  private let state = Monitor<MediaTime?>(nil)

  var last: MediaTime? { state.withLock { $0 } }

  func receive(_ frame: borrowing VideoFrame) {
    let time = frame.timestamp
    state.withLock { $0 = time }
  }

  func sourceEnded() {}
}

@Suite(.serialized, .timeLimit(.minutes(1)))
struct EncodedTrackTests {
  private let size = PixelSize(width: 160, height: 120)

  private func source() -> SyntheticSource {
    var picture = PaintedPicture(size)
    picture.write(PixelRect(size), seed: 1)
    return SyntheticSource(picture)
  }

  @NetworkThreadActor private func seen(
    _ spectator: Spectator, _ condition: @NetworkThreadActor ([PacketizedFrame]) -> Bool
  ) async throws {
    try await eventually("the frames") { condition(spectator.frames) }
  }

  @NetworkThreadActor @Test func `all viewers get the same packets of one encoder, each from a key frame on`()
    async throws
  {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let spectators = [Spectator(), Spectator(), Spectator()]
    let first = EncodedTrack.join(spectators[0], track: track, settings: .video(.live))
    try await seen(spectators[0]) { !$0.isEmpty }
    let others = spectators.dropFirst().map { EncodedTrack.join($0, track: track, settings: .video(.live)) }
    #expect(others.allSatisfy { $0.track === first.track })
    for spectator in spectators.dropFirst() { try await seen(spectator) { $0.contains(where: \.isKeyFrame) } }
    // The two new viewers share one key frame.
    #expect(first.track.statistics?.keyFrames == 2)
    source.write(PixelRect(size), seed: 2)
    let count = spectators[0].frames.count
    for spectator in spectators { try await seen(spectator) { $0.count > 1 } }
    try await seen(spectators[0]) { $0.count > count }
    let shared = try #require(spectators[0].frames.last)
    for spectator in spectators { try await seen(spectator) { $0.contains { $0 === shared } } }
    #expect(source.attachCount == 1)
    for (joined, _) in zip([first] + others, spectators) { joined.track.leave(joined.number) }
    try await eventually("the source to stop") { source.sinkCount == 0 }
  }

  @NetworkThreadActor @Test func `a viewer's requests every 10 ms for 2 s make at most five key frames`() async throws {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let (calm, wild) = (Spectator(), Spectator())
    let first = EncodedTrack.join(calm, track: track, settings: .video(.live))
    let second = EncodedTrack.join(wild, track: track, settings: .video(.live))
    defer {
      first.track.leave(first.number)
      second.track.leave(second.number)
    }
    try await seen(calm) { !$0.isEmpty }
    let start = MediaTime.now
    var requests = 0
    while MediaTime.now - start < .seconds(2) {
      second.track.requestKeyFrame(by: second.number, now: .now)
      requests += 1
      try await Task.sleep(for: .milliseconds(10))
    }
    #expect(requests > 20)
    // The wild viewer's are at 0.3, 0.9 and 2.1 s after the first at the earliest.
    #expect((first.track.statistics?.keyFrames ?? 0) <= 5)
  }

  @NetworkThreadActor @Test func `the encoder's rate is the median viewer's`() async throws {
    let track = MediaStreamTrack(source: source(), label: "test")
    let joined = (0..<3).map { _ in EncodedTrack.join(Spectator(), track: track, settings: .video(.live)) }
    let encoded = joined[0].track
    #expect(encoded.bitrate == 2_500_000)
    encoded.setBitrate(1_000_000, of: joined[0].number)
    #expect(encoded.bitrate == 1_000_000)
    encoded.setBitrate(2_000_000, of: joined[1].number)
    encoded.setBitrate(400_000, of: joined[2].number)
    #expect(encoded.bitrate == 1_000_000)
    encoded.leave(joined[2].number)
    encoded.leave(joined[0].number)
    #expect(encoded.bitrate == 2_000_000)
    encoded.leave(joined[1].number)
  }

  @NetworkThreadActor @Test func `disabling the track discards unsent frames and sends a key frame`()
    async throws
  {
    let source = source()
    let track = MediaStreamTrack(source: source, label: "test")
    let spectator = Spectator()
    let joined = EncodedTrack.join(spectator, track: track, settings: .video(.live))
    defer { joined.track.leave(joined.number) }
    try await seen(spectator) { !$0.isEmpty }
    let before = spectator.frames.count
    track.enabled = false
    // A frame may have been on its way.
    try await seen(spectator) { $0[before...].prefix(2).contains { $0.isKeyFrame } }
    #expect(spectator.discards == 1)
  }

  @NetworkThreadActor @Test func `RTP timestamps of pictures follow their capture times`() async throws {
    let source = source()
    let captures = CaptureTimes()
    source.attach(captures)
    let track = MediaStreamTrack(source: source, label: "test")
    let spectator = Spectator()
    let joined = EncodedTrack.join(spectator, track: track, settings: .video(.live))
    defer { joined.track.leave(joined.number) }
    try await seen(spectator) { !$0.isEmpty }
    for seed in 2..<7 {
      source.write(PixelRect(size), seed: UInt64(seed))
      let captured = try #require(captures.last)
      try await seen(spectator) { $0.contains { $0.captureTime == captured } }
    }
    for (before, after) in zip(spectator.frames, spectator.frames.dropFirst()) {
      let apart = Double(after.ticks - before.ticks) / Double(VP8Packetizer.clockRate)
      #expect(abs(apart - (after.captureTime - before.captureTime).seconds) < 0.0001)
    }
  }

  @NetworkThreadActor @Test func `viewers share one audio encoder, and RTP timestamps follow the capture times`()
    async throws
  {
    let source = PCMSource()
    let track = MediaStreamTrack(source: source, label: "test")
    let spectators = [Spectator(), Spectator()]
    let joined = spectators.map { EncodedTrack.join($0, track: track, settings: .audio(.live)) }
    #expect(joined[0].track === joined[1].track)
    // Twenty seconds, ahead of the clock, in blocks that are no multiple of a packet, with rounded times.
    var pushed = 0
    let start = MediaTime.now
    while pushed < 20 * 48_000 {
      let count = 4801
      source.push(
        [Float](repeating: 0.1, count: 2 * count),
        at: start + .nanoseconds(Int64(pushed) * 1_000_000 / 48_000 * 1000))
      pushed += count
      let packets = pushed / 960
      // Waits for the encoder, which would not wait for its source.
      try await seen(spectators[0]) { $0.count >= packets - 40 }
    }
    track.stop()
    try await seen(spectators[1]) { $0.count >= 1000 }
    let first = try #require(spectators[0].frames.first)
    #expect(spectators[1].frames.first === first)
    #expect(abs((first.captureTime + AudioEncoder.delay - start).seconds) < 0.001)
    for (index, frame) in spectators[0].frames.enumerated() {
      let time = Double(frame.ticks) / 48_000
      guard abs(time - frame.captureTime.seconds) < 0.0005, frame.ticks - first.ticks == 960 * Int64(index) else {
        Issue.record("packet \(index) was captured at \(frame.captureTime), and is sent as of \(time)")
        break
      }
    }
    for joined in joined { joined.track.leave(joined.number) }
  }
}
