import Media
import Testing

@testable import WebRTC

struct RemoteTrackClockTests {
  @Test func `without reports a frame's time is the first frame's arrival plus the RTP time since`() {
    var clock = RemoteTrackClock(clockRate: 90_000)
    var offset: MediaTime?
    let start = MediaTime.seconds(50)
    // Arrivals are late by 0 to 40 ms.
    for frame in 0..<100 {
      let late = MediaTime.milliseconds(Int64(frame * 7 % 5) * 10)
      let time = clock.time(
        ticks: Int64(frame) * 3000, captured: nil, arrival: start + .seconds(Double(frame) / 30) + late, offset: &offset
      )
      #expect(abs((time - start).seconds - Double(frame) / 30) < 0.001)
    }
    #expect(offset == nil)
  }

  @Test func `with the sender's capture times sound and pictures are in sync`() {
    var video = RemoteTrackClock(clockRate: 90_000)
    var audio = RemoteTrackClock(clockRate: 48_000)
    var offset: MediaTime?
    // Pictures take 80 ms longer than sound; the sender's clock is an hour behind.
    let start = MediaTime.seconds(5000)
    var apart = 0.0
    for step in 0..<1000 {
      let captured = start + .milliseconds(Int64(step) * 20)
      let reported = step < 100 ? nil : captured - .seconds(3600)
      let sound = audio.time(
        ticks: Int64(step) * 960, captured: reported, arrival: captured + .milliseconds(20), offset: &offset)
      let picture = video.time(
        ticks: Int64(step) * 1800, captured: reported, arrival: captured + .milliseconds(100), offset: &offset)
      apart = (picture - sound).seconds
      if step == 99 { #expect(abs(apart - 0.08) < 0.001) }
    }
    #expect(abs(apart) < 0.001)
  }

  @Test func `times rise for any ticks and capture times`() {
    var clock = RemoteTrackClock(clockRate: 90_000)
    var offset: MediaTime?
    var last = MediaTime.zero
    // Up to where nanoseconds overflow, and beyond: with leaps of 2³¹ ticks a sender gets there in minutes.
    let edge: Int64 = .max / 1_000_000_000 * 90_000
    for (index, ticks) in [
      0, 3000, 2_999, .max / 4, 0, -900_000_000, 90_000, edge, edge + 1 << 31, -edge, edge, .max, .min, 0,
    ].enumerated() as EnumeratedSequence<[Int64]> {
      let arrival = MediaTime.seconds(100 + Double(index))
      let time = clock.time(
        ticks: ticks, captured: MediaTime(nanoseconds: min(max(ticks, .min / 4), .max / 4)), arrival: arrival,
        offset: &offset)
      #expect(time > last)
      #expect(abs((time - arrival).seconds) < 61)
      last = time
    }
  }
}
