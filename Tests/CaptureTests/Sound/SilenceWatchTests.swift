import Media
import Testing

@testable import Capture

/// What is said of sound that is muted, silent or low, in virtual time.
@Suite struct SilenceWatchTests {
  private var watch = SilenceWatch()

  /// What is said over so many seconds, looking twice in each; `silence` counts from the first look on.
  private mutating func says(
    from start: Double, for seconds: Double, mute: String? = nil, isSilent: Bool = false, isExpected: Bool = true,
    lowering: Double = 0
  ) -> [String] {
    var said: [String] = []
    for index in 0...Int(seconds * 2) {
      let look = SilenceWatch.Look(
        name: "mic", mute: mute, silence: isSilent ? Double(index) / 2 : 0, hasSounded: !isSilent,
        isExpected: isExpected, lowering: lowering)
      said += watch.look(look, now: .seconds(start + Double(index) / 2)).map(\.code)
    }
    return said
  }

  @Test mutating func `what is muted is said at the first look, once, and so is its end`() {
    #expect(says(from: 0, for: 0, mute: "mic is muted") == ["soundMuted"])
    #expect(says(from: 1, for: 20, mute: "mic is muted", isSilent: true) == [])
    #expect(says(from: 22, for: 0) == ["soundUnmuted"])
    #expect(says(from: 23, for: 20) == [])
    // Another reason is another word.
    #expect(says(from: 50, for: 0, mute: "mic is muted") == ["soundMuted"])
    #expect(says(from: 51, for: 0, mute: "the volume of mic is 0") == ["soundMuted"])
  }

  @Test mutating func `a microphone that is silent is said after five seconds, and when it is heard`() {
    #expect(says(from: 0, for: 4.5, isSilent: true) == [])
    #expect(says(from: 5, for: 20, isSilent: true) == ["soundSilent"])
    #expect(says(from: 30, for: 10) == ["soundHeard"])
    #expect(says(from: 50, for: 4.5, isSilent: true) == [])
  }

  @Test mutating func `silence that a mute explains is no other fault when that is over`() {
    #expect(says(from: 0, for: 20, mute: "mic is muted", isSilent: true) == ["soundMuted"])
    let look = SilenceWatch.Look(name: "mic", silence: 20, isExpected: true)
    #expect(watch.look(look, now: .seconds(21)).map(\.code) == ["soundUnmuted"])
    #expect(watch.look(look, now: .seconds(25)).isEmpty)
    #expect(watch.look(look, now: .seconds(26)).map(\.code) == ["soundSilent"])
  }

  @Test mutating func `an output may be silent as long as nothing plays there`() {
    #expect(says(from: 0, for: 60, isSilent: true, isExpected: false) == [])
    let look = SilenceWatch.Look(name: "desk", silence: 60, isExpected: true)
    #expect(watch.look(look, now: .seconds(61)).isEmpty)
    #expect(watch.look(look, now: .seconds(66)).map(\.code) == ["soundSilent"])
    // The player has gone: that is no sound.
    #expect(says(from: 70, for: 10, isSilent: true, isExpected: false) == [])
    #expect(says(from: 90, for: 10, isSilent: true) == [])
    #expect(says(from: 110, for: 1) == ["soundHeard"])
  }

  @Test mutating func `a volume that lowers the sound is said once`() {
    #expect(says(from: 0, for: 5, lowering: 2) == [])
    #expect(says(from: 10, for: 5, lowering: 42) == ["soundLowered"])
    #expect(says(from: 20, for: 5, lowering: 20) == [])
  }
}
