import Media
import Testing

@testable import Encoding

@Suite struct VideoSubscribersTests {
  private final class Sink: EncodedVideoSink {
    private let calls = Monitor<[String]>([])
    let keepsSize: Bool

    init(keepsSize: Bool = false) { self.keepsSize = keepsSize }

    /// The calls so far.
    var seen: [String] { calls.withLock { $0 } }

    func videoSizeChanged(_ size: PixelSize) { calls.withLock { $0.append("size") } }
    func receive(_ frame: EncodedVideoFrame) { calls.withLock { $0.append(frame.isKeyFrame ? "key" : "frame") } }
    func skipped(_ frames: [SkippedFrame]) { calls.withLock { $0.append("skipped") } }
    func videoEnded(error: EncoderError?) { calls.withLock { $0.append("end") } }
  }

  private func frame(isKeyFrame: Bool) -> EncodedVideoFrame {
    EncodedVideoFrame(
      data: [], timestamp: .zero, isKeyFrame: isKeyFrame, kind: .change, quantizer: 0, codedShare: 1,
      captureTime: .zero, convertTime: .zero, encodeTime: .zero)
  }

  private let skipped = SkippedFrame(timestamp: .zero, reason: .unchanged, captureTime: .zero, convertTime: .zero)

  @Test func `a subscriber gets nothing but the size before a key frame, also after a new size`() {
    var subscribers = VideoSubscribers()
    let (first, second) = (Sink(), Sink())
    #expect(subscribers.add(first) == true)
    subscribers.report(PixelSize(width: 8, height: 8))
    subscribers.deliver(frame(isKeyFrame: true))
    #expect(subscribers.add(second) == false)
    subscribers.deliver(frame(isKeyFrame: false))
    subscribers.report([skipped])
    subscribers.report([])
    #expect(first.seen == ["size", "key", "frame", "skipped"] && second.seen == ["size"])
    subscribers.report(PixelSize(width: 16, height: 8))
    subscribers.deliver(frame(isKeyFrame: false))
    subscribers.deliver(frame(isKeyFrame: true))
    #expect(first.seen.suffix(2) == ["size", "key"] && second.seen == ["size", "size", "key"])
  }

  @Test func `nobody can subscribe after the last one was removed, after the end, or when the only one leaves`() {
    var removed = VideoSubscribers()
    let (sink, other) = (Sink(), Sink())
    _ = removed.add(sink)
    removed.remove(sink)
    #expect(removed.isEmpty && removed.add(sink) == nil)
    var ended = VideoSubscribers()
    _ = ended.add(other)
    ended.end(error: nil)
    #expect(ended.add(sink) == nil && other.seen == ["end"])
    var leaving = VideoSubscribers()
    _ = leaving.add(sink)
    _ = leaving.add(other)
    let isOnlyOfTwo = leaving.closeIfOnly(sink)
    leaving.remove(other)
    let isOnly = leaving.closeIfOnly(sink)
    #expect(!isOnlyOfTwo && isOnly && leaving.add(other) == nil)
  }

  @Test(
    arguments: [
      ([nil, [900_000]], 2_000_000), ([[], []], 2_000_000), ([[400_000, 900_000], [700_000]], 700_000),
      ([[400_000, 900_000]], 400_000), ([[1]], 300_000), ([[9_000_000]], 2_000_000),
    ] as [([[Int]?], Int)])
  func `the bit rate is the lower median of all viewers' within the settings, or the settings' own`(
    available: [[Int]?], expected: Int
  ) {
    var settings = EncodingSettings.live
    settings.bitrate = 2_000_000
    var subscribers = VideoSubscribers()
    for bitrates in available {
      let sink = Sink()
      _ = subscribers.add(sink)
      let isSubscriber = subscribers.setAvailableBitrates(bitrates, for: sink)
      #expect(isSubscriber)
    }
    #expect(subscribers.bitrate(within: settings) == expected)
    let isSubscriber = subscribers.setAvailableBitrates(nil, for: Sink())
    #expect(!isSubscriber)
  }

  @Test func `the size is kept while any subscriber needs it`() {
    var subscribers = VideoSubscribers()
    let (file, viewer) = (Sink(keepsSize: true), Sink())
    _ = subscribers.add(file)
    _ = subscribers.add(viewer)
    #expect(subscribers.keepsSize)
    subscribers.remove(file)
    #expect(!subscribers.keepsSize)
  }
}
