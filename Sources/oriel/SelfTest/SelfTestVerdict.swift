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
    var problems: [Problem] = []
    func add(_ code: String, _ message: String) { problems.append(Problem(code: code, message: message)) }
    if figures.flashesSeen == 0 {
      add("notSeen", "no flash is in the recording; something covers the window, or the screen is locked")
    } else if figures.flashesSeen < figures.flashesDrawn {
      add(
        "flashesMissing",
        "\(figures.flashesDrawn - figures.flashesSeen) of \(figures.flashesDrawn) flashes are not in the recording; "
          + "leave the window uncovered, and close other programs that use the CPU")
    }
    if let played = figures.beepsPlayed, let heard = figures.beepsHeard {
      if heard == 0 {
        add(
          "notHeard",
          played == 0
            ? "the sound server played no beep; check that its output is not suspended"
            : "no beep is in the recording; check that the output is not muted, and that its volume is not 0")
      } else if heard < played {
        add(
          "beepsMissing",
          "\(played - heard) of \(played) beeps are not in the recording; the sound has gaps, as on a busy machine")
      }
    }
    if let offset = figures.offsetMs {
      if abs(offset.median) > 20 {
        add(
          "offset",
          "the sound is \(Self.number(abs(offset.median))) ms too \(offset.median > 0 ? "late" : "early"); this output "
            + "reports a wrong delay: try another, such as one that is not wireless, or a newer sound server")
      } else if abs(offset.worst) > 40 {
        add(
          "unsteady",
          "sound and picture are up to \(Self.number(abs(offset.worst))) ms apart at times; close other programs that "
            + "use the CPU")
      }
    }
    if figures.durationSeconds >= Self.shortestForDrift, let drift = figures.driftMsPerHour,
      let error = figures.driftErrorMsPerHour, abs(drift) > 20 + error
    {
      add(
        "drift",
        "the sound drifts by \(Self.number(drift)) ms an hour; run a longer test (--duration 10m) to be sure, and report "
          + "it")
    }
    if figures.stepsDrawn > 0, Double(figures.stepsKept) < 0.97 * Double(figures.stepsDrawn) {
      add(
        "dropped",
        "\(figures.stepsDrawn - figures.stepsKept) of \(figures.stepsDrawn) pictures are missing; close other programs "
          + "that use the CPU, or record less: --fps 15, or a smaller --size")
    }
    if let latency = figures.pictureLatencyMs, latency.median > 100 {
      add(
        "latency",
        "a picture takes \(Self.number(latency.median)) ms from the screen to the file; close other programs that use "
          + "the CPU")
    }
    if let sharpness = figures.sharpness, sharpness < 0.995 {
      add(
        "unsharp",
        "the picture of a still screen is not as sharp as it should be; close other programs that use the CPU, and "
          + "report it if that does not help")
    }
    if figures.faults > 0 {
      add("faults", "the recording has \(figures.faults) faults: undecodable frames or gaps in the sound; report it")
    }
    self.problems = problems
  }

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
