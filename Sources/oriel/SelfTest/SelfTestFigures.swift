import Foundation
import Oriel
import Scenes

/// What a self-test measured. JSON's names; nil where there was nothing to measure.
struct SelfTestFigures: Encodable {
  struct Spread: Encodable {
    let median, worst: Double

    /// Nil of nothing.
    init?(_ values: [Double]) {
      guard let worst = values.max(by: { abs($0) < abs($1) }) else { return nil }
      let sorted = values.sorted()
      median = rounded((sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2, 1)
      self.worst = rounded(worst, 1)
    }
  }

  var durationSeconds = 0.0
  /// Flashes that were drawn, and those that are in the recording.
  var flashesDrawn = 0
  var flashesSeen = 0
  /// The same of beeps; nil without sound.
  var beepsPlayed: Int?
  var beepsHeard: Int?
  /// How late the sound is against the picture; negative where it is early. What the show itself was off is taken off.
  var offsetMs: Spread?
  /// How much that grows in an hour, and how far this may be off.
  var driftMsPerHour, driftErrorMsPerHour: Double?
  /// How much faster than this machine's clock the output counts its samples, in millionths: what was resampled away.
  var cardDriftPpm: Double?
  /// From the screen to the file.
  var pictureLatencyMs: Spread?
  /// From the output to the encoder.
  var soundLatencyMs: Double?
  /// Steps drawn, and those that the recording shows.
  var stepsDrawn = 0
  var stepsKept = 0
  var framesCaptured = 0
  var framesDropped = 0
  /// Of the last picture's luma against the screen: 1 for the same.
  var sharpness: Double?
  /// What cannot be decoded, and gaps of the sound.
  var faults = 0
}

extension SelfTestFigures {
  /// - Parameters:
  ///   - schedule: when flashes and beeps were due.
  ///   - start: the recording's beginning on the clock.
  ///   - processing: how long a picture took from its capture until it was written, by its time in milliseconds.
  init(
    _ file: SelfTestFile, steps: [FlashWindow.Step], beeps: [Int: MediaTime]?, _ schedule: BeepSchedule,
    start: MediaTime, processing: [Int64: MediaTime]
  ) {
    func number(_ time: MediaTime) -> Int { Int(((time - schedule.first).seconds / schedule.period.seconds).rounded()) }
    func due(_ number: Int) -> MediaTime { schedule.first + .nanoseconds(Int64(number) * schedule.period.nanoseconds) }
    let drawn = Dictionary(steps.map { ($0.milliseconds, $0) }, uniquingKeysWith: { $1 })
    let flashes = Dictionary(
      steps.filter(\.isFlash).map { (number($0.drawn), $0.drawn) }, uniquingKeysWith: { first, _ in first })
    faults = file.faults

    // Both as if the show had been on time, which a busy machine prevents.
    var detector = FlashDetector()
    for picture in file.pictures { detector.add(level: picture.level, at: picture.time.seconds) }
    let seen = detector.flashes.compactMap { time -> Double? in
      let number = number(start + .seconds(time))
      return flashes[number].map { time - ($0 - due(number)).seconds }
    }
    flashesDrawn = flashes.count
    flashesSeen = seen.count
    if let beeps {
      let heard = BeepDetector.beeps(in: file.sound).compactMap { beep -> Double? in
        let number = number(start + .seconds(beep.time))
        return beeps[number].map { beep.time - ($0 - due(number)).seconds }
      }
      beepsPlayed = beeps.count
      beepsHeard = heard.count
      let synchrony = Synchrony(flashes: seen, beeps: heard)
      offsetMs = Spread(synchrony.pairs.map(\.offset))
      driftMsPerHour = synchrony.driftPerHour.map { rounded($0, 0) }
      driftErrorMsPerHour = synchrony.driftErrorPerHour.map { rounded($0, 0) }
    }

    var known: Set<UInt32> = []
    var latencies: [Double] = []
    for picture in file.pictures {
      guard let barcode = picture.barcode, let step = drawn[barcode], known.insert(barcode).inserted else { continue }
      let captured = start + picture.time - step.drawn
      // Times are whole milliseconds, so a picture may seem to be captured before it is drawn.
      let taken = processing[picture.time.roundedMilliseconds] ?? .zero
      latencies.append(max(0, captured.seconds) * 1000 + taken.seconds * 1000)
    }
    pictureLatencyMs = Spread(latencies)
    stepsDrawn = drawn.count
    stepsKept = known.count
  }
}
