import Foundation
import Oriel
import Scenes

/// The measurements of a self-test, with the keys of the JSON; nil if there was nothing to measure.
struct SelfTestFigures: Encodable {
  struct Spread: Encodable {
    let median, worst: Double

    /// Nil without values.
    init?(_ values: [Double]) {
      guard let worst = values.max(by: { abs($0) < abs($1) }) else { return nil }
      let sorted = values.sorted()
      median = rounded((sorted[(sorted.count - 1) / 2] + sorted[sorted.count / 2]) / 2, 1)
      self.worst = rounded(worst, 1)
    }
  }

  var durationSeconds = 0.0
  /// Flashes drawn, and flashes found in the recording.
  var flashesDrawn = 0
  var flashesSeen = 0
  /// Beeps played, and beeps found in the recording; nil without sound.
  var beepsPlayed: Int?
  var beepsHeard: Int?
  /// How late the sound is against the picture; negative if early. The test's own lateness is subtracted.
  var offsetMs: Spread?
  /// The growth of the offset per hour, and the error of this estimate.
  var driftMsPerHour, driftErrorMsPerHour: Double?
  /// How much faster the sound card's clock is than this machine's, in ppm; corrected by resampling.
  var cardDriftPpm: Double?
  /// From the screen to the file.
  var pictureLatencyMs: Spread?
  /// From the output to the encoder.
  var soundLatencyMs: Double?
  /// Steps drawn, and steps found in the recording.
  var stepsDrawn = 0
  var stepsKept = 0
  var framesCaptured = 0
  var framesDropped = 0
  /// The similarity of the last picture's luma and the screen's: 1 if identical.
  var sharpness: Double?
  /// Frames that cannot be decoded, and gaps in the sound.
  var faults = 0
}

extension SelfTestFigures {
  /// - Parameters:
  ///   - schedule: when flashes and beeps were due.
  ///   - start: when the recording began, as the time of the clock.
  ///   - processing: the time from a picture's capture until it was written, by its timestamp in milliseconds.
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

    // Subtracts how late each flash and beep was itself, as on a busy machine.
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
      // Timestamps are whole milliseconds, so a picture may seem to be captured before it is drawn.
      let taken = processing[picture.time.roundedMilliseconds] ?? .zero
      latencies.append(max(0, captured.seconds) * 1000 + taken.seconds * 1000)
    }
    pictureLatencyMs = Spread(latencies)
    stepsDrawn = drawn.count
    stepsKept = known.count
  }
}
