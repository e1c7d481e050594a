import Media
import TestSupport
import Testing
import WebM

@testable import Recording

@Suite(.timeLimit(.minutes(1)))
struct EncodedWriterTests {
  /// Blocks writes until it is opened, and fails one of them.
  private final class Sink: RecordingSink, Sendable {
    private struct State {
      var isOpen: Bool
      var writesBeforeFailure: Int
      var bytes: UInt64 = 0
      var isClosed = false
      var isDiscarded = false
    }

    let isSeekable = false
    private let state: Monitor<State>

    init(isOpen: Bool = true, writesBeforeFailure: Int = .max) {
      state = Monitor(State(isOpen: isOpen, writesBeforeFailure: writesBeforeFailure))
    }

    var bytesWritten: UInt64 { state.withLock { $0.bytes } }
    var isClosed: Bool { state.withLock { $0.isClosed } }
    var isDiscarded: Bool { state.withLock { $0.isDiscarded } }

    func open() { state.update { $0.isOpen = true } }

    func write(_ outputs: [WebMOutput]) throws(RecordingError) {
      _ = state.wait(until: .now + .seconds(20)) { $0.isOpen ? true : nil }
      let isFailure = state.withLock { state in
        state.writesBeforeFailure -= 1
        guard state.writesBeforeFailure != -1 else { return true }
        for case .append(let bytes) in outputs { state.bytes += UInt64(bytes.count) }
        return false
      }
      if isFailure { throw .writeFailed(path: "sink", errno: 28, kept: bytesWritten) }
    }

    func lowSpaceError() -> RecordingError? { nil }
    func close() { state.withLock { $0.isClosed = true } }
    func discard() { state.withLock { $0.isDiscarded = true } }
  }

  private func writer(_ sink: Sink) -> EncodedWriter {
    let writer = EncodedWriter(sink: sink, kinds: [.video, .audio], writingApplication: "test")
    writer.start()
    return writer
  }

  private func picture(_ number: Int, isKeyFrame: Bool = false, bytes: Int = 10) -> EncodedFrame {
    EncodedFrame(
      codec: .vp8, data: [UInt8](repeating: 0, count: bytes), timestamp: .milliseconds(Int64(number) * 100),
      isKeyFrame: isKeyFrame, size: PixelSize(width: 16, height: 16))
  }

  private func sound(_ number: Int) -> EncodedFrame {
    EncodedFrame(codec: .opus, data: [0xfc], timestamp: .milliseconds(Int64(number) * 100), isKeyFrame: true)
  }

  @Test func `a slow output drops pictures, and requests a key frame once when it has caught up`() async throws {
    let sink = Sink(isOpen: false)
    let writer = writer(sink)
    // Eight of 4 MB fill the queue's 32 MB; the first may already be at the sink.
    for number in 0..<20 {
      #expect(!writer.post(picture(number, isKeyFrame: number == 0, bytes: 4 << 20), track: 1))
    }
    let dropped = writer.statistics.framesDropped
    #expect((11...12).contains(dropped))
    sink.open()
    try await eventually("the queue is empty") { writer.statistics.frames == 20 - dropped }
    #expect(!writer.post(sound(20), track: 2))
    #expect(writer.post(picture(20), track: 1))
    #expect(!writer.post(picture(21), track: 1))
    #expect(!writer.post(picture(22, isKeyFrame: true), track: 1))
    #expect(!writer.post(picture(23), track: 1))
    #expect(await writer.finish() == nil)
    #expect(writer.statistics.framesDropped == dropped + 2)
    #expect(writer.statistics.frames == 20 - dropped + 3)
    #expect(sink.isClosed && !sink.isDiscarded)
  }

  @Test func `after a failed write the file is finished with what was written before`() async throws {
    // The header and two blocks are written.
    let sink = Sink(writesBeforeFailure: 3)
    let writer = writer(sink)
    for number in 0..<10 { _ = writer.post(picture(number, isKeyFrame: number == 0), track: 1) }
    let failure = await writer.finish()
    guard case .output(.writeFailed) = failure else {
      Issue.record("\(String(describing: failure))")
      return
    }
    #expect(writer.statistics.frames == 2 && writer.statistics.bytes == sink.bytesWritten)
    #expect(sink.isClosed && !sink.isDiscarded)
  }

  @Test(arguments: [0, 1]) func `a file without a block is discarded`(writes: Int) async throws {
    let sink = Sink(writesBeforeFailure: writes)
    let writer = writer(sink)
    _ = writer.post(picture(0, isKeyFrame: true), track: 1)
    #expect(await writer.finish() != nil)
    #expect(sink.isDiscarded && !sink.isClosed && writer.statistics.frames == 0)
  }
}

@Suite struct BoundedQueueTests {
  @Test func `elements come out in order, also when some are removed`() {
    var queue = BoundedQueue<Int>()
    for number in 0..<4 { queue.append(number) }
    #expect(queue.popFirst() == 0)
    queue.append(4)
    #expect(queue.removeAll { $0 % 2 == 0 } == [2, 4])
    queue.append(5)
    #expect((0..<4).map { _ in queue.popFirst() } == [1, 3, 5, nil])
  }

  @Test func `after a frame that does not fit only a key frame is admitted, which is needed below half`() {
    var queue = BoundedQueue<Int>(limit: 100)
    for number in 0..<4 { queue.append(number, bytes: 25) }
    let isKeyFrameAdmitted = queue.admits(1, isKeyFrame: true)
    #expect(!isKeyFrameAdmitted && queue.awaitsKeyFrame && !queue.needsKeyFrame)
    for _ in 0..<2 { _ = queue.popFirst() }
    #expect(queue.hasRoom(for: 50) && !queue.hasRoom(for: 51) && !queue.needsKeyFrame)
    _ = queue.popFirst()
    #expect(queue.needsKeyFrame)
    let isOtherAdmitted = queue.admits(1, isKeyFrame: false)
    let isNextAdmitted = queue.admits(1, isKeyFrame: true)
    #expect(!isOtherAdmitted && isNextAdmitted && !queue.awaitsKeyFrame)
  }

  @Test func `removed frames make room, and a full number refuses elements of any size`() {
    var queue = BoundedQueue<Int>(limit: 100, maximumCount: 2)
    queue.append(0, bytes: 60)
    #expect(!queue.hasRoom(for: 41))
    _ = queue.removeAll { _ in true }
    #expect(queue.hasRoom(for: 100))
    queue.append(1)
    queue.append(2)
    #expect(queue.isFull && !queue.hasRoom(for: 0))
  }
}
