import Media
import Testing

@testable import Encoding

/// Sound with gaps, overlaps, delays and pauses, exact to the sample.
struct AudioFramerTests {
  private static let start = MediaTime.seconds(100)

  /// Samples whose values are their numbers from `start`, on both channels, too small to be audible.
  private static func chunk(_ range: Range<Int>, at time: MediaTime? = nil) -> AudioFramer.Chunk {
    AudioFramer.Chunk(
      samples: range.flatMap { [value($0), value($0)] }, time: time ?? self.time(range.lowerBound))
  }

  private static func value(_ sample: Int) -> Float { Float(sample + 1) / 1_048_576 }
  private static func time(_ sample: Int) -> MediaTime { start + .nanoseconds(Int64(sample) * 62_500 / 3) }

  private struct Row {
    var numbers: [Int?] = []
    var times: [MediaTime] = []
  }

  /// The framer's output as sample numbers; nil for faded or silent samples.
  private static func row(_ framer: inout AudioFramer) -> Row {
    var row = Row()
    while let block = framer.next() {
      row.times.append(block.time)
      #expect(block.samples.count == 1920)
      for index in stride(from: 0, to: 1920, by: 2) {
        #expect(block.samples[index] == block.samples[index + 1])
        let number = block.samples[index] * 1_048_576 - 1
        row.numbers.append(block.samples[index] > 0 && number == number.rounded() ? Int(number) : nil)
      }
    }
    return row
  }

  /// Expects the samples `range` in the output, at their numbers plus `offset`.
  private func expect(_ row: Row, has range: Range<Int>, at offset: Int) {
    let found = range.lowerBound + offset..<range.upperBound + offset
    #expect(row.numbers.count >= found.upperBound)
    guard row.numbers.count >= found.upperBound else { return }
    // The caller excludes fades: a slightly faded sample may equal another number.
    #expect(Array(row.numbers[found]) == Array(range))
  }

  private func begun(reserve: Int = 0) -> AudioFramer {
    var framer = AudioFramer(reserve: reserve, lookahead: 312)
    framer.begin(at: Self.start)
    return framer
  }

  @Test func `chunks of any size become blocks of 960 samples with exact times`() {
    var framer = begun()
    var next = 0
    for size in [1, 7, 441, 480, 4800, 13, 960, 3000] {
      framer.add(Self.chunk(next..<next + size))
      next += size
    }
    framer.add(.finish(Self.time(next)))
    framer.advance(to: Self.time(next))
    let row = Self.row(&framer)
    expect(row, has: 240..<next - 240, at: 0)
    #expect(row.times == row.times.indices.map { Self.time($0 * 960) })
    // All samples plus the encoder's lookahead, in whole blocks.
    #expect(row.numbers.count == (next + 312 + 959) / 960 * 960)
    #expect(framer.isOver && framer.end == Self.time(next))
    #expect(framer.filled == 0 && framer.dropped == 0)
  }

  @Test func `a gap becomes silence of its length, and overlapping sound is dropped`() {
    var framer = begun()
    framer.add(Self.chunk(0..<2000))
    framer.add(Self.chunk(5000..<8000))
    framer.add(Self.chunk(6000..<7000))
    framer.add(Self.chunk(7500..<12000))
    framer.sourceEnded()
    let row = Self.row(&framer)
    expect(row, has: 240..<1760, at: 0)
    #expect(row.numbers[2000..<5000].allSatisfy { $0 == nil })
    expect(row, has: 5240..<7760, at: 0)
    expect(row, has: 8240..<11760, at: 0)
    #expect(framer.filled == 3000 && framer.dropped == 1500)
    #expect(framer.end == Self.time(12000))
  }

  @Test func `rounded times are no gaps, and a drift of half a millisecond is corrected`() {
    var framer = begun()
    for index in 0..<100 {
      framer.add(
        Self.chunk(index * 480..<index * 480 + 480, at: Self.time(index * 480) + .microseconds(index % 3 * 200)))
    }
    #expect(framer.filled == 0 && framer.dropped == 0)
    // A source whose clock drifts by 1000 ppm.
    for index in 100..<200 {
      framer.add(
        Self.chunk(index * 480..<index * 480 + 480, at: Self.time(index * 480) + .microseconds((index - 100) * 10)))
    }
    #expect((24...48).contains(framer.filled))
  }

  @Test func `a gap of two hours makes the time jump instead of adding silence`() {
    var framer = begun()
    framer.add(Self.chunk(0..<5000))
    framer.add(Self.chunk(0..<5000, at: Self.start + .seconds(7200)))
    framer.sourceEnded()
    let row = Self.row(&framer)
    #expect(row.times.count == 12)
    #expect(row.times[5] == Self.time(4800) && row.times[6] == Self.start + .seconds(7200))
    expect(row, has: 240..<4760, at: 0)
    expect(row, has: 240..<4760, at: 5760)
    #expect(framer.end == Self.start + .seconds(7200) + .nanoseconds(5000 * 62_500 / 3))
  }

  @Test func `advance fills silence up to its time, and late sound continues after it`() {
    var framer = begun()
    framer.add(Self.chunk(0..<1000))
    framer.advance(to: Self.time(9600))
    #expect(framer.receivedUntil == Self.time(9600))
    framer.add(Self.chunk(9000..<12000))
    framer.sourceEnded()
    let row = Self.row(&framer)
    expect(row, has: 240..<760, at: 0)
    #expect(row.numbers[1000..<9600].allSatisfy { $0 == nil })
    expect(row, has: 9840..<11760, at: 0)
    #expect(framer.filled == 8600 && framer.dropped == 600)
  }

  @Test(arguments: [true, false])
  func `pauses are cut out without a gap, marked before or after their sound arrives`(isMarkedBefore: Bool) {
    var framer = begun(reserve: 2400)
    let marks: [AudioFramer.Mark] = [
      .pause(Self.time(10_001)), .resume(Self.time(20_123)), .pause(Self.time(30_000)), .resume(Self.time(77_777)),
      .finish(Self.time(90_000)),
    ]
    if isMarkedBefore { for mark in marks { framer.add(mark) } }
    var waiting = marks
    for start in stride(from: 0, to: 100_000, by: 480) {
      // Or marked a little later, while the sound of that time is still buffered.
      while !isMarkedBefore, let mark = waiting.first, mark.time <= Self.time(start - 960) {
        framer.add(mark)
        waiting.removeFirst()
      }
      framer.add(Self.chunk(start..<start + 480))
    }
    #expect(framer.isOver)
    let row = Self.row(&framer)
    expect(row, has: 240..<9761, at: 0)
    expect(row, has: 20_363..<29_760, at: 10_001 - 20_123)
    let second = 10_001 - 20_123 + 30_000 - 77_777
    expect(row, has: 78_017..<89_760, at: second)
    #expect(framer.end == Self.time(90_000 + second))
    #expect(row.times == row.times.indices.map { Self.time($0 * 960) })
    #expect(framer.filled == 0 && framer.dropped == 0)
  }

  @Test func `sound buffered until begin is kept from the beginning on`() {
    var framer = AudioFramer(reserve: 0, lookahead: 312)
    for start in stride(from: 0, to: 48_000, by: 480) { framer.add(Self.chunk(start..<start + 480)) }
    #expect(framer.next() == nil && !framer.hasBegun)
    framer.add(.pause(Self.time(-500)))
    framer.add(.resume(Self.time(-400)))
    framer.begin(at: Self.time(12_345))
    framer.sourceEnded()
    let row = Self.row(&framer)
    #expect(row.times.first == Self.time(12_345))
    expect(row, has: 12_585..<47_760, at: -12_345)
    #expect(framer.dropped == 0)
  }

  @Test func `a finish while paused ends the sound at the pause`() {
    var framer = begun(reserve: 2400)
    framer.add(Self.chunk(0..<4800))
    framer.add(.pause(Self.time(3000)))
    framer.add(.finish(Self.time(9000)))
    framer.add(Self.chunk(4800..<9600))
    #expect(framer.isOver && framer.end == Self.time(3000))
    #expect(Self.row(&framer).numbers.count == 3840)
  }
}

extension MediaTime {
  fileprivate static func microseconds(_ count: Int) -> MediaTime { .nanoseconds(Int64(count) * 1000) }
}
