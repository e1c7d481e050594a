import Media
import Testing

@Suite struct PCMSourceTests {
  @Test func `pushed samples continue without a gap, or begin at the given timestamp`() {
    let source = PCMSource(channelCount: 2)
    let log = SoundLog()
    source.attach(log)
    source.attach(log)
    source.push([0.1, 0.2, 0.3, 0.4], at: .seconds(5))
    source.push([Float](repeating: 0, count: 96_001))
    source.push([0.5, 0.6])
    source.push([], at: .seconds(9))
    source.push([0.7, 0.8], at: .seconds(9))
    #expect(log.samples.map(\.count) == [4, 96_000, 2, 2])
    #expect(log.samples[0] == [0.1, 0.2, 0.3, 0.4])
    let start = MediaTime.seconds(5) + .nanoseconds(2_000_000_000 / 48_000)
    #expect(log.times == [.seconds(5), start, start + .seconds(1), .seconds(9)])
    source.detach(log)
    source.push([1, 1])
    #expect(log.count == 4)
  }
}
