import Foundation
import Media
import TestSupport
import Testing

@testable import Capture

/// A device and its server in simulated time: samples are counted too fast, and both their arrival and their reported times
/// jitter.
struct SimulatedDevice {
  /// How much faster than the clock it counts; a fraction.
  var drift = 0.0002
  /// Of the reported times. Seconds.
  var jitter = 0.003
  var frequency = 1000.0
  var random = SeededRandom(seed: 7)
  /// Samples counted so far.
  private(set) var position = 0
  /// One sample's capture time.
  private var anchor = (time: 0.0, position: 0.0)
  private var asked = 0.0

  init() {}

  /// A device whose next sample is captured at `seconds`, by the mixer's clock.
  /// - Parameter counting: whether it has counted since zero, rather than from now on.
  init(age seconds: Double, counting: Bool) {
    position = counting ? Int(seconds * 48_000) : 0
    anchor = (seconds, Double(position))
    asked = seconds
  }

  func time(of position: Double) -> Double { anchor.time + (position - anchor.position) / (48_000 * (1 + drift)) }

  /// The tone's sample at `time`.
  func wave(_ time: Double) -> Float { Float(0.5 * sin(2 * .pi * frequency * time)) }

  mutating func change(drift: Double) {
    anchor = (time(of: Double(position)), Double(position))
    self.drift = drift
  }

  /// Loses sound without counting it.
  mutating func lose(_ seconds: Double) { anchor.time += seconds }

  /// Gives the next 20 ms to `lane`.
  /// - Returns: the time, just after their capture.
  mutating func push(to lane: SoundLane, isSilent: Bool = false) -> Double {
    let samples = isSilent ? [] : (0..<960).map { wave(time(of: Double(position + $0))) }
    position += 960
    let now = time(of: Double(position)) + Double.random(in: 0.002...0.012, using: &random)
    samples.withUnsafeBufferPointer { lane.push(isSilent ? nil : $0.baseAddress, frames: 960, now: now) }
    if lane.isWaiting || now - asked > 0.25 {
      asked = now
      // Sometimes the thread is delayed between the timing request and the answer.
      let outlier = Int.random(in: 0..<40, using: &random) == 0 ? Double.random(in: 0...0.02, using: &random) : 0
      lane.observe(
        position: Double(position),
        time: time(of: Double(position)) + Double.random(in: -jitter...jitter, using: &random) + outlier)
    }
    return now
  }
}

/// Takes a mixer's output, and compares it with the device's tone.
struct MixerOutput {
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

  /// The delay of the tone in the last 0.1 s; seconds, within half a period.
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
