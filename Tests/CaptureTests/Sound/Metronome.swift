import Media
import Scenes

/// Beeps through a server twice a second, and keeps when each was heard.
final class Metronome: Sendable {
  private let heard: Monitor<[MediaTime]>
  private let beeper: Beeper

  init(_ server: String) throws {
    let heard = Monitor<[MediaTime]>([])
    self.heard = heard
    beeper = Beeper(server: server, application: "metronome") { played in heard.withLock { $0.append(played.time) } }
    try beeper.waitUntilPlaying()
    beeper.beep(BeepSchedule(first: .now + .milliseconds(700), period: .milliseconds(500)))
  }

  func stop() { beeper.stop() }

  /// How much later than they were heard the beeps are in what was recorded from `time` on; seconds.
  func offsets(_ log: SoundLog, from time: MediaTime) -> [Double] {
    let first = max(0, log.index(of: time))
    let samples = log.samples
    guard first < samples.count else { return [] }
    let base = log.start.seconds + Double(first) / 48_000
    let played = heard.withLock { $0.map(\.seconds) }
    return BeepDetector.beeps(in: Array(samples[first...])).compactMap { beep in
      played.map { base + beep.time - $0 }.min { abs($0) < abs($1) }
    }.filter { abs($0) < 0.2 }
  }
}
