import Media
import Testing

@testable import Capture

/// Sound that has been recorded for an hour, for 54 (samples times nanoseconds overflow 64 bits then), for a month and for a
/// year.
@Suite struct SoundMixerAgeTests {
  static let ages: [Double] = [3600, 54 * 3600, 30 * 86_400, 366 * 86_400]

  @Test(arguments: ages) func `each sample keeps its exact timestamp after long recordings`(age: Double) {
    let origin = MediaTime.seconds(1000)
    let first = Int(age) * AudioFrame.sampleRate
    let mixer = SoundMixer(channelCount: 1, origin: origin, delivered: first)
    var places: [Int] = []
    let now = origin + .seconds(age + 2)
    mixer.deliver(now: now) { samples, index in
      #expect(mixer.timestamp(of: index) == origin + .seconds(age) + .milliseconds(Int64(index - first) / 48))
      places.append(contentsOf: [index, index + samples.count])
    }
    // All but the wait for late sound is due.
    #expect(places.first == first && places.last == first + AudioFrame.sampleRate * 9 / 5)
    #expect(mixer.delivered == places.last)
    #expect((MediaTime.zero ... .milliseconds(100)).contains(mixer.nextDue - now))
  }

  /// - Parameter isOld: whether the device has counted for as long as the mixer, or was plugged in just now.
  @Test(arguments: ages, [true, false]) func `a device's sound stays in sync after long recordings`(
    age: Double, isOld: Bool
  ) {
    let mixer = SoundMixer(channelCount: 1, origin: .zero, delivered: Int(age) * AudioFrame.sampleRate)
    var device = SimulatedDevice(age: age, counting: isOld)
    let lane = SoundLane(mixer, firstPosition: Double(device.position))
    device.frequency = 100
    var output = MixerOutput(first: mixer.delivered)
    var now = age
    while now < age + 12 {
      now = device.push(to: lane, isSilent: now < age + 8)
      output.take(mixer, now)
    }
    #expect(abs(output.offset(device)) < 0.005)
    #expect(lane.jumps == 0)
    #expect(abs(lane.drift) < 0.002)
  }

  /// The sound server may be on another machine, and wrong.
  @Test(arguments: [7e18, -7e18, 9.2e18, Double(Int64.min)], [0, 1, 5, 50])
  func `absurd sample counts from a server do not trap, and its sound is not moved`(
    count: Double, before: Int
  ) {
    let mixer = SoundMixer(channelCount: 1, origin: .zero, delivered: 0)
    let lane = SoundLane(mixer)
    var now = 0.0
    func push(_ position: Double) {
      now += 0.1
      lane.push(nil, frames: 4800, now: now)
      lane.observe(position: position, time: now)
      mixer.deliver(now: .seconds(now)) { _, _ in }
    }
    var frames = 0.0
    for _ in 0..<before {
      frames += 4800
      push(frames)
    }
    for step in 0..<20 { push(step % 5 == 4 ? 0 : count) }
    for _ in 0..<50 {
      frames += 4800
      push(frames + 20 * 4800)
    }
    if before >= 5 { #expect(lane.jumps == 0 && lane.lostFrames == 0) }
    lane.close()
  }
}
