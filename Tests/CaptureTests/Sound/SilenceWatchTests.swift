import Media
import Testing

@testable import Capture

/// The warnings of sound that is muted, silent or low, in virtual time.
@Suite struct SilenceWatchTests {
  private var watch = SilenceWatch()

  /// The warnings over `seconds` with two observations per second; `silence` counts from the first one.
  private mutating func warnings(
    from start: Double, for seconds: Double, mute: String? = nil, isSilent: Bool = false, isExpected: Bool = true,
    attenuation: Double = 0
  ) -> [String] {
    var codes: [String] = []
    for index in 0...Int(seconds * 2) {
      let observation = SilenceWatch.Observation(
        name: "mic", mute: mute, silence: isSilent ? Double(index) / 2 : 0, hasSounded: !isSilent,
        isExpected: isExpected, attenuation: attenuation)
      codes += watch.observe(observation, now: .seconds(start + Double(index) / 2)).map(\.code)
    }
    return codes
  }

  @Test mutating func `a mute and its end each give one warning at once`() {
    #expect(warnings(from: 0, for: 0, mute: "mic is muted") == ["soundMuted"])
    #expect(warnings(from: 1, for: 20, mute: "mic is muted", isSilent: true) == [])
    #expect(warnings(from: 22, for: 0) == ["soundUnmuted"])
    #expect(warnings(from: 23, for: 20) == [])
    // Another reason is another warning.
    #expect(warnings(from: 50, for: 0, mute: "mic is muted") == ["soundMuted"])
    #expect(warnings(from: 51, for: 0, mute: "the volume of mic is 0") == ["soundMuted"])
  }

  @Test mutating func `a silent microphone gives a warning after five seconds, and another when it has sound`() {
    #expect(warnings(from: 0, for: 4.5, isSilent: true) == [])
    #expect(warnings(from: 5, for: 20, isSilent: true) == ["soundSilent"])
    #expect(warnings(from: 30, for: 10) == ["soundHeard"])
    #expect(warnings(from: 50, for: 4.5, isSilent: true) == [])
  }

  @Test mutating func `silence during a mute does not count towards the five seconds`() {
    #expect(warnings(from: 0, for: 20, mute: "mic is muted", isSilent: true) == ["soundMuted"])
    let observation = SilenceWatch.Observation(name: "mic", silence: 20, isExpected: true)
    #expect(watch.observe(observation, now: .seconds(21)).map(\.code) == ["soundUnmuted"])
    #expect(watch.observe(observation, now: .seconds(25)).isEmpty)
    #expect(watch.observe(observation, now: .seconds(26)).map(\.code) == ["soundSilent"])
  }

  @Test mutating func `a silent output gives no warning while nothing plays there`() {
    #expect(warnings(from: 0, for: 60, isSilent: true, isExpected: false) == [])
    let observation = SilenceWatch.Observation(name: "desk", silence: 60, isExpected: true)
    #expect(watch.observe(observation, now: .seconds(61)).isEmpty)
    #expect(watch.observe(observation, now: .seconds(66)).map(\.code) == ["soundSilent"])
    // The player is gone, but no sound has come.
    #expect(warnings(from: 70, for: 10, isSilent: true, isExpected: false) == [])
    #expect(warnings(from: 90, for: 10, isSilent: true) == [])
    #expect(warnings(from: 110, for: 1) == ["soundHeard"])
  }

  @Test mutating func `an attenuation of 3 dB or more gives one warning`() {
    #expect(warnings(from: 0, for: 5, attenuation: 2) == [])
    #expect(warnings(from: 10, for: 5, attenuation: 42) == ["soundLowered"])
    #expect(warnings(from: 20, for: 5, attenuation: 20) == [])
  }
}
