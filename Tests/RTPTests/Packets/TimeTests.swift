import Media
import Testing

@testable import RTP

@Suite struct TimeTests {
  @Test func `the NTP time of the beginning of 1970 is 2208988800 s`() {
    #expect(NTPTime(unixNanoseconds: 0).rawValue >> 32 == 2_208_988_800)
    #expect(NTPTime(unixNanoseconds: 1_500_000_000).rawValue == 0x83AA_7E81_8000_0000)
    #expect(NTPTime(unixNanoseconds: 1_700_000_000_250_000_000).unixMilliseconds == 1_700_000_000_250)
    #expect(NTPTime(rawValue: 0x1234_5678_9ABC_DEF0).compact == 0x5678_9ABC)
  }

  @Test func `NTP time wraps around in 2036`() {
    let before = NTPTime(rawValue: 0xFFFF_FFFF_8000_0000)
    let after = before.advanced(by: .seconds(2))
    #expect(after.rawValue == 0x0000_0001_8000_0000)
    #expect(after.duration(since: before) == .seconds(2))
    #expect(before.duration(since: after) == .seconds(-2))
    // 2036-02-07 06:28:17.5 UTC.
    #expect(after.unixMilliseconds == 2_085_978_497_500)
  }

  @Test func `capture times convert to wall-clock times from one reading of both clocks`() {
    let clock = NTPClock(at: .seconds(5000), unixNanoseconds: 1_700_000_000_000_000_000)
    #expect(clock.time(at: .seconds(5000)).unixMilliseconds == 1_700_000_000_000)
    #expect(clock.time(at: .seconds(5001.5)).unixMilliseconds == 1_700_000_001_500)
    #expect(clock.time(at: .seconds(4999)).unixMilliseconds == 1_699_999_999_000)
  }

  @Test func `ticks depend on the time alone, also before zero`() {
    #expect(MediaTime.seconds(2).ticks(at: 90_000) == 180_000)
    #expect(MediaTime.nanoseconds(33_333_333).ticks(at: 90_000) == 2999)
    #expect(MediaTime.nanoseconds(-1).ticks(at: 90_000) == -1)
    #expect(MediaTime.nanoseconds(-1_000_000_000).ticks(at: 90_000) == -90_000)
    // Rounding errors do not add up over a year.
    #expect(MediaTime(nanoseconds: 31_536_000_500_000_000).ticks(at: 90_000) == 31_536_000 * 90_000 + 45_000)
  }
}
