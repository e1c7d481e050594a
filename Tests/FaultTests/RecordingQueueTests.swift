import Media
import Testing

@testable import Encoding
@testable import Recording

/// The queue between encoding and writing, when nothing is written.
@Suite struct RecordingQueueTests {
  private func frame(_ number: Int, bytes: Int = 1000, key: Bool = false) -> EncodedVideoFrame {
    EncodedVideoFrame(
      data: [UInt8](repeating: 0, count: bytes), timestamp: .milliseconds(Int64(number)), isKeyFrame: key,
      kind: .change, quantizer: 20, codedShare: 1, captureTime: .zero, convertTime: .zero, encodeTime: .zero)
  }

  private func look(_ number: Int, _ reason: SkippedFrame.Reason) -> SkippedFrame {
    SkippedFrame(timestamp: .milliseconds(Int64(number)), reason: reason, captureTime: .zero, convertTime: .zero)
  }

  @Test func `a full queue leaves out all frames up to a key frame that fits`() {
    let queue = RecordingQueue(limit: 3000)
    #expect(queue.post(frame(0, key: true)))
    #expect(queue.post(frame(1)))
    #expect(queue.post(frame(2)))
    #expect(!queue.post(frame(3)))
    #expect(!queue.needsKeyFrame)
    for _ in 0..<3 { _ = queue.next() }
    #expect(queue.needsKeyFrame)
    // It depends on the one that was left out.
    #expect(!queue.post(frame(4)))
    #expect(queue.post(frame(5, key: true)))
    #expect(!queue.needsKeyFrame)
    #expect(queue.pictures == RecordingQueue.Pictures(captured: 6, dropped: 2))
  }

  @Test func `commands come out in order, frames and others`() {
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

  @Test func `in ten hours of an output that takes nothing the queue stays bounded, and no picture is forgotten`() {
    let queue = RecordingQueue(limit: 1 << 20, maximumCount: 1000)
    let hours = 10 * 3600 * 30
    for number in 0..<hours {
      _ = queue.post(frame(number, bytes: 100, key: number == 0))
      queue.post([look(number, .unchanged), look(number, .encoderBusy)])
    }
    #expect(queue.pictures == RecordingQueue.Pictures(captured: 2 * hours, dropped: 2 * hours - 500))
    let waiting = queue.takeFrames()
    #expect(waiting.count == 1001)
    var told = RecordingQueue.Pictures()
    for command in waiting {
      switch command {
      case .frame: told.captured += 1
      case .skipped(let looks):
        told.captured += looks.count - 1
        told.dropped += looks.count - 1
      case .discardedCount(let count, let until):
        told.captured += count
        told.dropped += count
        #expect(until == .milliseconds(Int64(hours - 1)))
      default: Issue.record("\(command)")
      }
    }
    #expect(told == queue.pictures)
  }

  @Test func `what is said before the first frame is in no account, and a closed queue takes nothing`() {
    let queue = RecordingQueue()
    queue.post([look(0, .encoderBusy)])
    #expect(queue.pictures == RecordingQueue.Pictures())
    #expect(queue.post(frame(1, key: true)))
    queue.close()
    #expect(queue.post(frame(2)))
    #expect(queue.pictures == RecordingQueue.Pictures())
    #expect(queue.takeFrames().isEmpty)
  }
}
