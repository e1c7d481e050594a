import Encoding
import Harness
import Media
import RTP
import Synthetic
import Testing

@testable import WebRTC

/// Viewers of one track over paths with different rates.
@Suite(.serialized, .timeLimit(.minutes(2))) @NetworkThreadActor
struct UnequalViewersTests {
  private let size = PixelSize(width: 320, height: 240)

  /// A moving desktop and its viewers, each with its received frames.
  @NetworkThreadActor private final class Audience {
    let source: SyntheticSource
    var pairs: [PeerPair] = []
    var logs: [EncodedLog] = []
    private var painter: Task<Void, Never>?

    init(_ count: Int, size: PixelSize) async throws {
      var picture = PaintedPicture(size)
      picture.write(PixelRect(size), seed: 1)
      source = SyntheticSource(picture)
      let track = MediaStreamTrack(source: source, label: "test")
      for _ in 0..<count {
        let pair = try PeerPair()
        try pair.first.addTrack(track)
        try await pair.connect()
        let log = EncodedLog()
        try #require(pair.second.getReceivers().first?.track.source as? any EncodedSource).attach(log)
        try await log.seen("a frame") { !$0.isEmpty }
        // The measured rate depends on how busy the machine is, so it is fixed.
        let full = EncodingSettings.live.bitrate
        for media in pair.first.transports.values { media.session.setBitrateBounds(minimum: full, maximum: full) }
        pairs.append(pair)
        logs.append(log)
      }
      painter = Task { [source] in
        var seed: UInt64 = 100
        while !Task.isCancelled {
          seed += 1
          source.write(PixelRect(size), seed: seed)
          try? await Task.sleep(for: .milliseconds(33))
        }
      }
    }

    var encoded: EncodedTrack? { pairs[0].first.getSenders()[0].source?.encoded }

    /// Limits the rate of a viewer's path.
    func narrow(_ index: Int, to bitrate: Int) {
      let connection = pairs[index].first
      for media in connection.transports.values { media.session.setBitrateBounds(minimum: 1000, maximum: bitrate) }
      connection.updateBitrates()
    }

    func stopPainting() { painter?.cancel() }

    func close() {
      stopPainting()
      for pair in pairs { pair.close() }
    }
  }

  @Test func `the encoder's rate is the median viewer's rate, as viewers become slower and leave`() async throws {
    let audience = try await Audience(3, size: size)
    defer { audience.close() }
    let full = EncodingSettings.live.bitrate
    #expect(audience.encoded?.bitrate == full)
    audience.narrow(0, to: 400_000)
    #expect(audience.encoded?.bitrate == full)
    audience.narrow(1, to: 600_000)
    #expect(audience.encoded?.bitrate == 600_000)
    audience.pairs[0].close()
    audience.pairs.removeFirst()
    #expect(audience.encoded?.bitrate == 600_000)
    audience.narrow(1, to: 500_000)
    #expect(audience.encoded?.bitrate == 500_000)
  }

  @Test func `a viewer whose path is too slow misses frames up to a key frame, and the others get every frame`()
    async throws
  {
    let audience = try await Audience(3, size: size)
    defer { audience.close() }
    for log in audience.logs { try await log.seen("the motion") { $0.count > 10 } }
    // Less than a tenth of the bitrate.
    audience.narrow(2, to: 20_000)
    let before = try #require(audience.encoded?.statistics)
    let marks = audience.logs.map(\.frames.count)
    try await eventually("a hundred frames") {
      audience.encoded?.statistics?.framesEncoded ?? 0 >= before.framesEncoded + 100
    }
    let after = try #require(audience.encoded?.statistics)
    let slow = audience.logs[2].frames.count - marks[2]
    audience.stopPainting()
    let encoded = after.framesEncoded - before.framesEncoded
    for index in 0..<2 {
      try await eventually("every frame of viewer \(index)") {
        audience.logs[index].frames.count - marks[index] >= encoded
      }
      let frames = Array(audience.logs[index].frames)
      #expect(try await IVF(size, frames.map(\.data)).checksums().count == frames.count)
    }
    #expect(slow < encoded / 2)
    // It gets few key frames: each would coarsen the picture for all.
    #expect(after.keyFrames - before.keyFrames <= 8)
    // Its received frames can be decoded.
    let frames = audience.logs[2].frames
    #expect(try await IVF(size, frames.map(\.data)).checksums().count == frames.count)
  }
}
