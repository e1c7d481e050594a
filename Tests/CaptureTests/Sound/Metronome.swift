import Media
import Scenes

/// Beeps through a server twice a second, and logs when each beep was played.
final class Metronome: Sendable {
  private let playTimes: Monitor<[MediaTime]>
  private let beeper: Beeper

  init(_ server: String) throws {
    let playTimes = Monitor<[MediaTime]>([])
    self.playTimes = playTimes
    beeper = Beeper(server: server, application: "metronome") { played in
      playTimes.withLock { $0.append(played.time) }
    }
    try beeper.waitUntilPlaying()
    beeper.beep(BeepSchedule(first: .now + .milliseconds(700), period: .milliseconds(500)))
  }

  func stop() { beeper.stop() }

  /// How much later than played the beeps are in the sound recorded from `time` on; seconds.
  func offsets(_ log: SoundLog, from time: MediaTime) -> [Double] {
    let first = max(0, log.index(of: time))
    let samples = log.samples
    guard first < samples.count else { return [] }
    let base = log.start.seconds + Double(first) / 48_000
    let played = playTimes.withLock { $0.map(\.seconds) }
    return BeepDetector.beeps(in: Array(samples[first...])).compactMap { beep in
      played.map { base + beep.time - $0 }.min { abs($0) < abs($1) }
    }.filter { abs($0) < 0.2 }
  }
}
