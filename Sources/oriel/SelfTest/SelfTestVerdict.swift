import Foundation

/// Judges the figures of a self-test: the problems, and what to do about each.
struct SelfTestVerdict {
  struct Problem: Encodable {
    let code: String
    /// One sentence.
    let message: String
  }

  /// Seconds. A shorter test measures the jitter of its pictures' times instead of drift.
  private static let shortestForDrift = 60.0

  let problems: [Problem]

  init(_ figures: SelfTestFigures) {
    problems = [
      Self.missingFlashes(figures), Self.missingBeeps(figures), Self.offset(figures), Self.drift(figures),
      Self.missingPictures(figures), Self.latency(figures), Self.sharpness(figures), Self.faults(figures),
    ].compactMap(\.self)
  }

  // MARK: - What may be wrong

  private static func missingFlashes(_ figures: SelfTestFigures) -> Problem? {
    if figures.flashesSeen == 0 {
      return Problem(
        code: "notSeen",
        message: "no flash is in the recording; something covers the window, or the screen is locked")
    }
    guard figures.flashesSeen < figures.flashesDrawn else { return nil }
    return Problem(
      code: "flashesMissing",
      message: "\(figures.flashesDrawn - figures.flashesSeen) of \(figures.flashesDrawn) flashes are not in the "
        + "recording; leave the window uncovered, and close other programs that use the CPU")
  }

  private static func missingBeeps(_ figures: SelfTestFigures) -> Problem? {
    guard let played = figures.beepsPlayed, let heard = figures.beepsHeard else { return nil }
    if heard == 0 {
      return Problem(
        code: "notHeard",
        message: played == 0
          ? "the sound server played no beep; check that its output is not suspended"
          : "no beep is in the recording; check that the output is not muted, and that its volume is not 0")
    }
    guard heard < played else { return nil }
    return Problem(
      code: "beepsMissing",
      message: "\(played - heard) of \(played) beeps are not in the recording; the sound has gaps, as on a busy "
        + "machine")
  }

  private static func offset(_ figures: SelfTestFigures) -> Problem? {
    guard let offset = figures.offsetMs else { return nil }
    if abs(offset.median) > 20 {
      return Problem(
        code: "offset",
        message: "the sound is \(number(abs(offset.median))) ms too \(offset.median > 0 ? "late" : "early"); this "
          + "output reports a wrong delay: try another, such as one that is not wireless, or a newer sound server")
    }
    guard abs(offset.worst) > 40 else { return nil }
    return Problem(
      code: "unsteady",
      message: "sound and picture are up to \(number(abs(offset.worst))) ms apart at times; close other programs that "
        + "use the CPU")
  }

  private static func drift(_ figures: SelfTestFigures) -> Problem? {
    guard figures.durationSeconds >= shortestForDrift, let drift = figures.driftMsPerHour,
      let error = figures.driftErrorMsPerHour, abs(drift) > 20 + error
    else { return nil }
    return Problem(
      code: "drift",
      message: "the sound drifts by \(number(drift)) ms an hour; run a longer test (--duration 10m) to be sure, and "
        + "report it")
  }

  private static func missingPictures(_ figures: SelfTestFigures) -> Problem? {
    guard figures.stepsDrawn > 0, Double(figures.stepsKept) < 0.97 * Double(figures.stepsDrawn) else { return nil }
    return Problem(
      code: "dropped",
      message: "\(figures.stepsDrawn - figures.stepsKept) of \(figures.stepsDrawn) pictures are missing; close other "
        + "programs that use the CPU, or record less: --fps 15, or a smaller --size")
  }

  private static func latency(_ figures: SelfTestFigures) -> Problem? {
    guard let latency = figures.pictureLatencyMs, latency.median > 100 else { return nil }
    return Problem(
      code: "latency",
      message: "a picture takes \(number(latency.median)) ms from the screen to the file; close other programs that "
        + "use the CPU")
  }

  private static func sharpness(_ figures: SelfTestFigures) -> Problem? {
    guard let sharpness = figures.sharpness, sharpness < 0.995 else { return nil }
    return Problem(
      code: "unsharp",
      message: "the picture of a still screen is not as sharp as it should be; close other programs that use the CPU, "
        + "and report it if that does not help")
  }

  private static func faults(_ figures: SelfTestFigures) -> Problem? {
    guard figures.faults > 0 else { return nil }
    return Problem(
      code: "faults",
      message: "the recording has \(figures.faults) faults: undecodable frames or gaps in the sound; report it")
  }

  // MARK: - Text

  /// The figures as text, one line each.
  static func lines(_ figures: SelfTestFigures) -> [String] {
    var lines: [String] = []
    func line(_ name: String, _ text: String) {
      lines.append("  \(name.padding(toLength: 11, withPad: " ", startingAt: 0))\(text)")
    }
    if let offset = figures.offsetMs {
      line("sync", "the sound comes \(apart(offset.median)) the picture, at worst \(apart(offset.worst))")
    }
    if let drift = figures.driftMsPerHour, let error = figures.driftErrorMsPerHour {
      let card = figures.cardDriftPpm.map { "; the sound card's clock is \(number($0)) ppm off" } ?? ""
      line(
        "drift",
        figures.durationSeconds < shortestForDrift
          ? "cannot be measured in so short a time; use --duration 2m\(card)"
          : "\(number(drift)) ms an hour, ± \(number(error))\(card)")
    }
    if let latency = figures.pictureLatencyMs {
      let sound = figures.soundLatencyMs.map { "; sound is encoded after \(number($0)) ms" } ?? ""
      line(
        "latency",
        "\(number(latency.median)) ms from the screen to the file, at worst \(number(latency.worst)) ms\(sound)")
    }
    line(
      "pictures",
      "\(figures.stepsKept) of \(figures.stepsDrawn) are in the recording; \(figures.framesDropped) were dropped")
    if let sharpness = figures.sharpness {
      line("sharpness", "\(String(format: "%.5f", sharpness)) of a still screen; 1 is identical to the screen")
    }
    return lines
  }

  private static func apart(_ milliseconds: Double) -> String {
    let text = "\(number(abs(milliseconds))) ms"
    return milliseconds < 0 ? "\(text) before" : "\(text) after"
  }

  private static func number(_ value: Double) -> String {
    abs(value) < 10 ? String(format: "%.1f", value) : String(format: "%.0f", value)
  }
}
