import Media
import Testing

@testable import RTP

@Suite struct VideoQueueTests {
  /// Before feedback its pace is 1000 bytes a second, so that its limit of two seconds is 2000 bytes.
  private let pacer = Pacer(settings: PacerSettings(), bitrate: 3200)
  private let now = MediaTime.seconds(1)

  private func stream(_ ssrc: SSRC) -> SendStream {
    var random = SeededGenerator(seed: 1)
    return SendStream(
      id: RTPSenderID(index: Int(ssrc.rawValue), generation: 1),
      parameters: RTPSendParameters(kind: .video, ssrc: ssrc, payloadType: 96, clockRate: 90_000), random: &random)
  }

  /// A frame whose packets' payloads have this size in total. Each packet holds at most 1150 bytes.
  private func frame(_ size: Int, isKeyFrame: Bool = false) -> PacketizedFrame {
    let packets = (size + 1149) / 1150
    return VP8Packetizer().packetize(
      [UInt8](repeating: 1, count: size - 4 * packets), captureTime: now, isKeyFrame: isKeyFrame)!
  }

  /// Queues frames without regard to the limit.
  private func queue(_ frames: [(PacketizedFrame, SendStream)]) -> VideoQueue {
    var queue = VideoQueue()
    for (frame, stream) in frames { queue.append(QueuedFrame(frame, of: stream, now: now)) }
    return queue
  }

  private func sendNext(_ queue: inout VideoQueue) {
    var context = DrainContext(
      now: now, clock: NTPClock(at: .zero, unixNanoseconds: 0), roundTrip: nil, nextTransportSequence: 0)
    _ = queue.sendNext(in: &context, into: RTPPacketBatch(capacity: 1))
  }

  @Test func `the queue counts the bytes of its unsent packets`() {
    let stream = stream(1)
    var queue = queue([(frame(1508, isKeyFrame: true), stream), (frame(500), stream)])
    #expect(queue.bytes == 2008)
    sendNext(&queue)
    #expect(queue.bytes == 754 + 500)
    sendNext(&queue)
    #expect(queue.bytes == 500)
    #expect(stream.counters.framesSent == 1)
    sendNext(&queue)
    #expect(queue.isEmpty && queue.bytes == 0)
  }

  @Test func `the newest key frame does not count towards the limit, and stays when the other frames are dropped`() {
    let stream = stream(1)
    var queue = queue([(frame(500), stream), (frame(800, isKeyFrame: true), stream), (frame(1000), stream)])
    // The frame before the key frame is dropped; the two behind it fit.
    let fits = queue.makeRoom(for: frame(1000), of: stream, pacer: pacer)
    #expect(fits)
    #expect(queue.bytes == 1800 && stream.counters.framesDropped == 1)
    queue.append(QueuedFrame(frame(1000), of: stream, now: now))
    let fitsMore = queue.makeRoom(for: frame(100), of: stream, pacer: pacer)
    #expect(!fitsMore)
    #expect(queue.bytes == 800 && stream.counters.framesDropped == 3)
  }

  @Test func `a key frame over the limit replaces all frames but the one that is partly sent`() {
    let stream = stream(1)
    var queue = queue([(frame(1508, isKeyFrame: true), stream), (frame(500), stream), (frame(500), stream)])
    sendNext(&queue)
    let fits = queue.makeRoom(for: frame(3000, isKeyFrame: true), of: stream, pacer: pacer)
    #expect(fits)
    #expect(queue.bytes == 754 && stream.counters.framesDropped == 2)
  }

  @Test func `frames of other streams stay in the queue`() {
    let (one, other) = (stream(1), stream(2))
    var queue = queue([(frame(1000), one), (frame(900), other)])
    let fits = queue.makeRoom(for: frame(500, isKeyFrame: true), of: one, pacer: pacer)
    #expect(fits)
    #expect(queue.bytes == 900)
    queue.append(QueuedFrame(frame(600), of: one, now: now))
    queue.remove(one)
    #expect(queue.bytes == 900)
    #expect(one.counters.framesDropped == 2 && other.counters.framesDropped == 0)
  }
}
