import Media
import Testing

@Suite struct SinksTests {
  /// Counts what it receives, and calls `onFrame` within each call.
  private final class Counter: VideoSink {
    private let counts = Monitor((frames: 0, whole: 0, unchanged: 0, ends: 0))
    let onFrame: @Sendable (Counter) -> Void

    init(onFrame: @escaping @Sendable (Counter) -> Void = { _ in }) { self.onFrame = onFrame }

    var frames: Int { counts.withLock { $0.frames } }
    var whole: Int { counts.withLock { $0.whole } }
    var unchanged: Int { counts.withLock { $0.unchanged } }
    var ends: Int { counts.withLock { $0.ends } }

    func receive(_ frame: borrowing VideoFrame) {
      let isWhole = frame.dirty.rects == [PixelRect(frame.size)]
      counts.withLock { counts in
        counts.frames += 1
        if isWhole { counts.whole += 1 }
      }
      onFrame(self)
    }

    func foundUnchanged(at timestamp: MediaTime, captureTime: MediaTime) { counts.withLock { $0.unchanged += 1 } }
    func sourceEnded() { counts.withLock { $0.ends += 1 } }
  }

  private func deliver(_ dirty: DirtyRegion, to sinks: Sinks<any VideoSink>) -> Bool {
    [UInt32](repeating: 0, count: 64).withUnsafeBytes { pixels in
      sinks.deliver(
        VideoFrame(
          pixels: pixels.baseAddress!, bytesPerRow: 32, size: PixelSize(width: 8, height: 8), dirty: dirty,
          timestamp: .zero))
    }
  }

  @Test func `a new sink gets the whole picture once, and then only changes`() {
    let (sinks, sink) = (Sinks<any VideoSink>(), Counter())
    #expect(!sinks.hasNew && sinks.isEmpty)
    sinks.attach(sink)
    sinks.attach(sink)
    #expect(sinks.hasNew && !sinks.isEmpty)
    #expect(deliver(DirtyRegion(), to: sinks))
    #expect(!sinks.hasNew && sink.whole == 1)
    #expect(!deliver(DirtyRegion(), to: sinks))
    #expect(sink.unchanged == 1)
    #expect(deliver(DirtyRegion(PixelRect(x: 0, y: 0, width: 2, height: 2)), to: sinks))
    #expect(sink.frames == 2 && sink.whole == 1)
  }

  @Test func `a sink may detach itself and others while it is called`() {
    let sinks = Sinks<any VideoSink>()
    let second = Counter()
    let first = Counter { own in
      sinks.detach(own)
      sinks.detach(second)
    }
    sinks.attach(first)
    sinks.attach(second)
    _ = deliver(DirtyRegion(), to: sinks)
    #expect(first.frames == 1 && second.frames == 0 && sinks.isEmpty)
  }

  @Test func `after the end a sink is told at once and never attached`() {
    let sinks = Sinks<any VideoSink>()
    let (early, late) = (Counter(), Counter())
    sinks.attach(early)
    #expect(sinks.end().count == 1 && early.ends == 0)
    sinks.attach(late)
    #expect(late.ends == 1 && sinks.isEmpty)
    #expect(!deliver(DirtyRegion(), to: sinks) && early.frames == 0)
  }
}
