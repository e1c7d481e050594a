import Foundation
import Media
import TestSupport
import Testing

@testable import Capture

@Suite struct SoundClockTests {
  @Test func `a card 200 millionths off stays on the clock, and its tone stays clean`() {
    let mixer = SoundMixer(channelCount: 1, origin: .zero)
    let lane = SoundLane(mixer)
    var device = SimulatedDevice()
    device.frequency = 100
    var output = MixerOutput()
    var offsets: [Double] = []
    var purest = Double.infinity
    var next = 10.0
    while next <= 600 {
      // The tone is only computed for the second before each check, to save time.
      let now = device.push(to: lane, isSilent: device.time(of: Double(device.position)) < next - 1)
      output.take(mixer, now)
      guard now >= next else { continue }
      offsets.append(output.offset(device))
      purest = min(purest, Spectrum.purity(of: 100, in: Array(output.samples.suffix(24_000))))
      next += 10
      // Cards warm up.
      if next == 300 { device.change(drift: 0.00018) }
    }
    #expect(offsets.allSatisfy { abs($0) < 0.005 }, "\(offsets)")
    // Once the drift is known.
    #expect(offsets.dropFirst(9).allSatisfy { abs($0) < 0.0015 }, "\(offsets)")
    #expect(purest > 60)
    #expect(abs(lane.drift - 0.00018) < 0.00001)
    #expect(lane.jumps == 0)
  }

  @Test func `a device whose sound comes later than another's is waited for and mixed in`() {
    let mixer = SoundMixer(channelCount: 1, origin: .zero)
    let (prompt, tardy) = (SoundLane(mixer), SoundLane(mixer))
    var output = MixerOutput()
    for block in 0..<200 {
      let now = Double(block + 1) * 0.02
      // Two blocks late, beginning after the other.
      for (lane, level, late) in [(prompt, Float(0.125), 0), (tardy, 0.25, 2)] where late == 0 || block > 15 {
        let samples = [Float](repeating: level, count: 960)
        samples.withUnsafeBufferPointer { lane.push($0.baseAddress, frames: 960, now: now) }
        let position = 960 * (block - (late == 0 ? 0 : 15))
        lane.observe(position: Double(position + (late == 0 ? 960 : 0)), time: now - Double(late) * 0.02)
      }
      output.take(mixer, now, keep: 480_000)
    }
    #expect(output.samples.count > 48_000 * 3)
    let heard = output.samples[48_000..<(48_000 * 3)]
    #expect(heard.allSatisfy { abs($0 - 0.375) < 0.01 }, "\(heard.min() ?? 0)...\(heard.max() ?? 0)")
  }

  @Test func `the clock's estimate does not drift over two hours of jitter`() {
    var clock = SoundClock()
    var random = SeededRandom(seed: 3)
    var worst = 0.0
    for second in stride(from: 0.0, to: 7200, by: 0.25) {
      // 200 millionths off, ±10 as the room warms up and cools down.
      let place = second * 48_000
      let time = second * (1 - 0.0002) + 0.006 * sin(second * 2 * .pi / 3600)
      _ = clock.observe(position: place, time: time + Double.random(in: -0.003...0.003, using: &random))
      if second > 90 { worst = max(worst, abs(clock.time(of: place) - time)) }
    }
    // Of 400 seeds, half have a worst error up to 1.03 ms, and none above 1.28 ms; a drift would grow beyond that.
    #expect(worst < 0.0015)
  }
}
