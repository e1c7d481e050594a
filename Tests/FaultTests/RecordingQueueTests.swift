import Media
import Testing

@testable import Encoding
@testable import Recording

/// The queue between encoder and writer while the writer takes nothing.
@Suite struct RecordingQueueTests {
  private func frame(_ number: Int, bytes: Int = 1000, key: Bool = false) -> EncodedVideoFrame {
    EncodedVideoFrame(
      data: [UInt8](repeating: 0, count: bytes), timestamp: .milliseconds(Int64(number)), isKeyFrame: key,
      kind: .change, quantizer: 20, codedShare: 1, captureTime: .zero, convertTime: .zero, encodeTime: .zero)
  }

  private func skipped(_ number: Int, _ reason: SkippedFrame.Reason) -> SkippedFrame {
    SkippedFrame(timestamp: .milliseconds(Int64(number)), reason: reason, captureTime: .zero, convertTime: .zero)
  }

  @Test func `a full queue drops all frames up to a key frame that fits`() {
    let queue = RecordingQueue(limit: 3000)
    #expect(queue.post(frame(0, key: true)))
    #expect(queue.post(frame(1)))
    #expect(queue.post(frame(2)))
    #expect(!queue.post(frame(3)))
    #expect(!queue.needsKeyFrame)
    for _ in 0..<3 { _ = queue.next() }
    #expect(queue.needsKeyFrame)
    // It depends on the dropped frame.
    #expect(!queue.post(frame(4)))
    #expect(queue.post(frame(5, key: true)))
    #expect(!queue.needsKeyFrame)
    #expect(queue.pictures == RecordingQueue.Pictures(captured: 6, dropped: 2))
  }

  @Test func `frames and other commands come out in order`() {
    let queue = RecordingQueue()
    queue.post(.size(PixelSize(width: 8, height: 8)))
    _ = queue.post(frame(0, key: true))
    queue.post(.pause(.milliseconds(1)))
    let size = queue.next()
    guard case .size = size else {
      Issue.record("\(size)")
      return
    }
    _ = queue.post(frame(2))
    queue.post(.stop(.milliseconds(3)))
    guard case .frame(let first) = queue.next() else {
      Issue.record("not the frame")
      return
    }
    #expect(first.timestamp == .zero)
    let frames = queue.takeFrames()
    #expect(frames.count == 1)
    guard case .pause = queue.next(), case .stop = queue.next() else {
      Issue.record("not pause and stop")
      return
    }
  }

  @Test func `ten hours without a write keep the queue bounded and every picture counted`() {
    let queue = RecordingQueue(limit: 1 << 20, maximumCount: 1000)
    let frameCount = 10 * 3600 * 30
    for number in 0..<frameCount {
      _ = queue.post(frame(number, bytes: 100, key: number == 0))
      queue.post([skipped(number, .unchanged), skipped(number, .encoderBusy)])
    }
    #expect(queue.pictures == RecordingQueue.Pictures(captured: 2 * frameCount, dropped: 2 * frameCount - 500))
    let commands = queue.takeFrames()
    #expect(commands.count == 1001)
    var sum = RecordingQueue.Pictures()
    for command in commands {
      switch command {
      case .frame: sum.captured += 1
      case .skipped(let frames):
        sum.captured += frames.count - 1
        sum.dropped += frames.count - 1
      case .discardedCount(let count, let until):
        sum.captured += count
        sum.dropped += count
        #expect(until == .milliseconds(Int64(frameCount - 1)))
      default: Issue.record("\(command)")
      }
    }
    #expect(sum == queue.pictures)
  }

  @Test func `frames skipped before the first frame are not counted, and a closed queue takes nothing`() {
    let queue = RecordingQueue()
    queue.post([skipped(0, .encoderBusy)])
    #expect(queue.pictures == RecordingQueue.Pictures())
    #expect(queue.post(frame(1, key: true)))
    queue.close()
    #expect(queue.post(frame(2)))
    #expect(queue.pictures == RecordingQueue.Pictures())
    #expect(queue.takeFrames().isEmpty)
  }
}
