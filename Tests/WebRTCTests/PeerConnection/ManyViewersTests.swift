import Encoding
import Harness
import Media
import RTP
import Synthetic
import Testing

@testable import WebRTC

/// Viewers of one track, each with its own connection.
@Suite(.serialized, .timeLimit(.minutes(2))) @NetworkThreadActor
struct ManyViewersTests {
  /// A connection within this process, and its received frames.
  @NetworkThreadActor private struct Viewer {
    let pair: PeerPair
    let log = EncodedLog()

    init(of track: MediaStreamTrack) async throws {
      pair = try PeerPair()
      try pair.first.addTrack(track)
      try await pair.connect()
      // A busy machine would look like a slow path, and get a lower rate.
      let full = EncodingSettings.live.bitrate
      for media in pair.first.transports.values { media.session.setBitrateBounds(minimum: full, maximum: full) }
      try #require(pair.second.getReceivers().first?.track.source as? any EncodedSource).attach(log)
      try await log.seen("a frame") { !$0.isEmpty }
    }

    var encoded: EncodedTrack? { pair.first.getSenders().first?.source?.encoded }

    /// The number of the viewer's key frame requests.
    var requests: Int {
      Int(pair.second.getStats().all(RTCInboundRtpStreamStats.self).first?.pliCount ?? 0)
    }

    /// The similarity of the last decoded picture to `screen`.
    func similarity(to screen: ImageBitmap) throws -> Double {
      var decoder = try VP8Decoder()
      var last: DecodedPicture?
      for frame in log.frames { last = decoder.decode(frame.data) ?? last }
      return last?.similarity(to: screen) ?? 0
    }
  }

  private func source(_ size: PixelSize) -> SyntheticSource {
    var picture = PaintedPicture(size)
    picture.write(PixelRect(size), seed: 1)
    return SyntheticSource(picture)
  }

  @Test func `one, two and eight viewers get the frames of one encoder, each from a key frame on`() async throws {
    let size = PixelSize(width: 160, height: 120)
    let source = source(size)
    let track = MediaStreamTrack(source: source, label: "test")
    var viewers: [Viewer] = []
    var seed: UInt64 = 1
    for count in [1, 2, 8] {
      while viewers.count < count { viewers.append(try await Viewer(of: track)) }
      for _ in 0..<10 {
        seed += 1
        let before = viewers[0].log.frames.count
        source.write(PixelRect(size), seed: seed)
        try await viewers[0].log.seen("the change") { $0.count > before }
      }
      try await eventually("the same frames with \(count) viewers") {
        let all = viewers[0].log.frames.map(\.data)
        return viewers.allSatisfy { viewer in
          let own = viewer.log.frames.map(\.data)
          return own.count >= 10 && all.suffix(own.count) == own[...]
        }
      }
      #expect(viewers.allSatisfy { $0.log.frames.first?.isKeyFrame == true })
      #expect(viewers.allSatisfy { $0.encoded === viewers[0].encoded })
    }
    #expect(source.attachCount == 1)
    let keyFrames = try #require(viewers[0].encoded?.statistics).keyFrames
    #expect(keyFrames <= viewers.count + viewers.map(\.requests).reduce(0, +))
    for viewer in viewers { viewer.pair.close() }
  }

  @Test
  func `a viewer that joins on a still screen gets a key frame, then a sharp picture, without another capture`()
    async throws
  {
    let size = PixelSize(width: 640, height: 360)
    let track = MediaStreamTrack(source: source(size), label: "test")
    let first = try await Viewer(of: track)
    let screen = try await ImageCapture(track).grabFrame()
    try await eventually("the sharp picture") { try first.similarity(to: screen) >= 0.99 }
    let before = try #require(first.encoded?.statistics)
    let late = try await Viewer(of: track)
    #expect(late.log.frames.first?.isKeyFrame == true)
    // The coarse key frame is refined for both.
    for viewer in [late, first] {
      try await eventually("the sharp picture") { try viewer.similarity(to: screen) >= 0.99 }
    }
    let after = try #require(first.encoded?.statistics)
    #expect(after.framesCaptured == before.framesCaptured)
    #expect(1...1 + first.requests + late.requests ~= after.keyFrames - before.keyFrames)
    for viewer in [first, late] { viewer.pair.close() }
  }
}
