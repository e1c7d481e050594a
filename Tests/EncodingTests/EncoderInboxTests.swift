import Media
import Synthetic
import Testing

@testable import Encoding

@Suite struct EncoderInboxTests {
  /// An inbox, a source of 4 × 2 macroblocks, and the encode thread's picture.
  private struct Bench {
    static let size = PixelSize(width: 64, height: 32)
    static let start = MediaTime.seconds(1000)

    var inbox = EncoderInbox(bitrate: 1_000_000)
    var painted = PaintedPicture(Bench.size)
    var coded = I420Picture(size: Bench.size)

    /// A bench whose first picture has been taken.
    init() {
      show()
      _ = take()
    }

    /// Gives the inbox a frame, in which these macroblocks of the first row are painted; all of it is dirty.
    mutating func show(_ columns: Int..., frameRate: Double? = nil, after delay: MediaTime = .zero) {
      for column in columns { painted.write(PixelRect(x: column * 16, y: 0, width: 16, height: 16), seed: 1) }
      let (painted, time) = (painted, Self.start + delay)
      painted.withFrame(dirty: DirtyRegion(PixelRect(painted.size)), timestamp: time) { frame in
        inbox.receive(frame, content: frame.size, output: frame.size, frameRate: frameRate, since: time)
      }
    }

    mutating func take(after delay: MediaTime = .zero) -> EncoderInbox.Taken? {
      inbox.take(into: coded, before: .distantFuture, now: Self.start + delay)
    }

    /// Whether there is nothing to take.
    var isEmpty: Bool {
      var inbox = inbox
      if case nil = inbox.take(into: coded, before: .distantFuture, now: Self.start) { return true }
      return false
    }

    /// What is taken, which must be there.
    mutating func input(after delay: MediaTime = .zero) throws -> EncodeWorker.Input {
      guard case .input(let input) = take(after: delay) else { throw Nothing() }
      return input
    }

    struct Nothing: Error {}
  }

  private func map(_ columns: Int...) -> MacroblockMap {
    var map = MacroblockMap(size: Bench.size)
    for column in columns { map[column] = true }
    return map
  }

  @Test func `a newer picture replaces one that was not taken, and has the changes of both`() throws {
    var bench = Bench()
    bench.show(0, after: .milliseconds(1))
    bench.show(3, after: .milliseconds(2))
    let input = try bench.input()
    #expect(input.changed == map(0, 3))
    #expect(input.capture?.timestamp == Bench.start + .milliseconds(2))
    #expect(input.skipped.map(\.timestamp) == [Bench.start + .milliseconds(1)] && input.captured == 3)
    #expect(bench.inbox.statistics.framesCaptured == 3 && bench.inbox.statistics.framesDropped == 1)
    #expect(bench.isEmpty)
  }

  @Test func `an equal picture is no input, and is reported as unchanged with the next`() throws {
    var bench = Bench()
    bench.show()
    #expect(bench.isEmpty)
    bench.show(1)
    let input = try bench.input()
    #expect(input.skipped.map(\.reason) == [.unchanged] && input.changed == map(1))
  }

  @Test func `at ten pictures a second the second one is due 100 ms after the first`() throws {
    var bench = Bench()
    bench.show(0, frameRate: 10)
    #expect(try bench.input().changed == map(0))
    bench.show(1, frameRate: 10, after: .milliseconds(20))
    guard case .delayed(let until) = bench.take(after: .milliseconds(20)) else {
      Issue.record("not delayed")
      return
    }
    #expect(until == Bench.start + .milliseconds(100))
    #expect(try bench.input(after: .milliseconds(100)).capture?.timestamp == Bench.start + .milliseconds(20))
  }

  @Test func `the end submits a delayed picture at once`() throws {
    var bench = Bench()
    bench.show(0, frameRate: 1)
    _ = bench.take()
    bench.show(1, frameRate: 1, after: .milliseconds(20))
    bench.inbox.end()
    let input = try bench.input(after: .milliseconds(30))
    #expect(input.ended && input.changed == map(1))
    bench.show(2, after: .milliseconds(40))
    #expect(try bench.input(after: .milliseconds(40)).changed == nil)
  }

  @Test func `a disabled track is black from a key frame on, and all of the picture follows when enabled`() throws {
    var bench = Bench()
    bench.inbox.setEnabled(false)
    let black = try bench.input()
    #expect(black.isBlack && black.keyFrameRequested && black.changed?.count == 8)
    bench.show(0)
    #expect(bench.isEmpty)
    bench.inbox.setEnabled(true)
    let shown = try bench.input()
    #expect(!shown.isBlack && !shown.keyFrameRequested && shown.changed?.count == 8)
  }

  @Test func `another size is taken before the picture, unless the size is kept`() throws {
    for keepsSize in [false, true] {
      var bench = Bench()
      bench.inbox.keepsSize = keepsSize
      bench.painted = PaintedPicture(width: 32, height: 32)
      bench.show(0)
      let input = try bench.input()
      #expect(input.newSize == (keepsSize ? nil : PixelSize(width: 32, height: 32)))
      #expect((input.changed == nil) != keepsSize)
      #expect(bench.inbox.layout?.output == (keepsSize ? Bench.size : PixelSize(width: 32, height: 32)))
      guard !keepsSize else { continue }
      bench.coded = I420Picture(size: bench.painted.size)
      #expect(try bench.input().changed?.count == 4)
    }
  }

  @Test func `captured pictures are delivered once the encode thread says so, or has finished`() {
    var bench = Bench()
    #expect(!bench.inbox.hasDelivered(1))
    bench.inbox.delivered(1)
    #expect(bench.inbox.hasDelivered(1) && !bench.inbox.hasDelivered(2))
    bench.inbox.finish()
    #expect(bench.inbox.hasDelivered(2))
  }
}
