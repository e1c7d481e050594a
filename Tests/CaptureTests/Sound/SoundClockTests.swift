import Foundation
import Media
import TestSupport
import Testing

@testable import Capture

/// A device and its server in simulated time: samples that are counted too fast, arrive in jitter, and whose times are told in
/// jitter.
private struct SimulatedDevice {
  /// How much faster than the clock it counts; a fraction.
  var drift = 0.0002
  /// Of what the server says. Seconds.
  var jitter = 0.003
  var frequency = 1000.0
  var random = SeededRandom(seed: 7)
  /// Samples counted so far.
  private(set) var position = 0
  /// When a sample is captured that is counted as such.
  private var anchor = (time: 0.0, position: 0.0)
  private var asked = 0.0

  func time(of position: Double) -> Double { anchor.time + (position - anchor.position) / (48_000 * (1 + drift)) }

  /// The wave as it is heard at `time`.
  func wave(_ time: Double) -> Float { Float(0.5 * sin(2 * .pi * frequency * time)) }

  mutating func change(drift: Double) {
    anchor = (time(of: Double(position)), Double(position))
    self.drift = drift
  }

  /// Sound is lost that the device does not count.
  mutating func lose(_ seconds: Double) { anchor.time += seconds }

  /// Gives the next 20 ms to `lane`, as of the time when they have been captured.
  mutating func push(to lane: SoundLane, isSilent: Bool = false) -> Double {
    let samples = isSilent ? [] : (0..<960).map { wave(time(of: Double(position + $0))) }
    position += 960
    let now = time(of: Double(position)) + Double.random(in: 0.002...0.012, using: &random)
    samples.withUnsafeBufferPointer { lane.push(isSilent ? nil : $0.baseAddress, frames: 960, now: now) }
    if lane.isWaiting || now - asked > 0.25 {
      asked = now
      // Now and then the thread is held up just between the question and the answer.
      let outlier = Int.random(in: 0..<40, using: &random) == 0 ? Double.random(in: 0...0.02, using: &random) : 0
      lane.observe(
        position: Double(position),
        time: time(of: Double(position)) + Double.random(in: -jitter...jitter, using: &random) + outlier)
    }
    return now
  }
}

/// Takes what a mixer delivers, and compares it with what was heard.
private struct Ear {
  var samples: [Float] = []
  var first = 0

  mutating func take(_ mixer: SoundMixer, _ now: Double, keep: Int = 48_000) {
    mixer.deliver(now: .seconds(now)) { delivered, index in
      #expect(index == first + samples.count)
      samples += delivered
    }
    let excess = samples.count - keep
    if excess > keep {
      samples.removeFirst(excess)
      first += excess
    }
  }

  /// How much later than it was heard the tone is now; seconds, within half a wave.
  func offset(_ device: SimulatedDevice) -> Double {
    var (real, imaginary) = (0.0, 0.0)
    for index in (samples.count - 4800)..<samples.count {
      let phase = 2 * .pi * device.frequency * Double(first + index) / 48_000
      real += Double(samples[index]) * cos(phase)
      imaginary += Double(samples[index]) * sin(phase)
    }
    return -atan2(real, imaginary) / (2 * .pi * device.frequency)
  }
}

@Suite struct SoundClockTests {
  @Test func `a card 200 millionths off stays on the clock, and its tone stays clean`() {
    let mixer = SoundMixer(channelCount: 1, origin: .zero)
    let lane = SoundLane(mixer)
    var device = SimulatedDevice()
    device.frequency = 100
    var ear = Ear()
    var offsets: [Double] = []
    var purest = Double.infinity
    var next = 10.0
    while next <= 600 {
      // The tone is there when it is looked at; a test has better to do than to make minutes of it.
      let now = device.push(to: lane, isSilent: device.time(of: Double(device.position)) < next - 1)
      ear.take(mixer, now)
      guard now >= next else { continue }
      offsets.append(ear.offset(device))
      purest = min(purest, Spectrum.purity(of: 100, in: Array(ear.samples.suffix(24_000))))
      next += 10
      // Cards warm up.
      if next == 300 { device.change(drift: 0.00018) }
    }
    #expect(offsets.allSatisfy { abs($0) < 0.005 }, "\(offsets)")
    // Once the card is known.
    #expect(offsets.dropFirst(9).allSatisfy { abs($0) < 0.0015 }, "\(offsets)")
    #expect(purest > 60)
    #expect(abs(lane.drift - 0.00018) < 0.00001)
    #expect(lane.jumps == 0)
  }

  @Test func `a device whose sound comes later than another's is waited for, and heard`() {
    let mixer = SoundMixer(channelCount: 1, origin: .zero)
    let (prompt, tardy) = (SoundLane(mixer), SoundLane(mixer))
    var ear = Ear()
    for block in 0..<200 {
      let now = Double(block + 1) * 0.02
      // Two blocks late, from when the other has been heard for a while.
      for (lane, level, late) in [(prompt, Float(0.125), 0), (tardy, 0.25, 2)] where late == 0 || block > 15 {
        let samples = [Float](repeating: level, count: 960)
        samples.withUnsafeBufferPointer { lane.push($0.baseAddress, frames: 960, now: now) }
        let position = 960 * (block - (late == 0 ? 0 : 15))
        lane.observe(position: Double(position + (late == 0 ? 960 : 0)), time: now - Double(late) * 0.02)
      }
      ear.take(mixer, now, keep: 480_000)
    }
    #expect(ear.samples.count > 48_000 * 3)
    let heard = ear.samples[48_000..<(48_000 * 3)]
    #expect(heard.allSatisfy { abs($0 - 0.375) < 0.01 }, "\(heard.min() ?? 0)...\(heard.max() ?? 0)")
  }

  @Test func `the line through two hours of jitter does not drift`() {
    var clock = SoundClock()
    var random = SeededRandom(seed: 3)
    var worst = 0.0
    for second in stride(from: 0.0, to: 7200, by: 0.25) {
      // 200 millionths off, and 10 more or less as the room warms up and cools down.
      let place = second * 48_000
      let time = second * (1 - 0.0002) + 0.006 * sin(second * 2 * .pi / 3600)
      _ = clock.observe(position: place, time: time + Double.random(in: -0.003...0.003, using: &random))
      if second > 90 { worst = max(worst, abs(clock.time(of: place) - time)) }
    }
    // Of 400 seeds half are off by up to 1.03 ms, and none by more than 1.28 ms; a drift would grow beyond that.
    #expect(worst < 0.0015)
  }
}
