import Foundation

/// What a self-test's figures mean: what is wrong, and what to do.
struct SelfTestVerdict {
  struct Problem: Encodable {
    let code: String
    /// One sentence.
    let message: String
  }

  /// Seconds in which the drift begins to show: what a shorter test gives is the unsteadiness of its pictures' times.
  private static let shortestForDrift = 60.0

  let problems: [Problem]

  init(_ figures: SelfTestFigures) {
    var problems: [Problem] = []
    func say(_ code: String, _ message: String) { problems.append(Problem(code: code, message: message)) }
    if figures.flashesSeen == 0 {
      say("notSeen", "no flash is in the recording; something covers the window, or the screen is locked")
    } else if figures.flashesSeen < figures.flashesDrawn {
      say(
        "flashesMissing",
        "\(figures.flashesDrawn - figures.flashesSeen) of \(figures.flashesDrawn) flashes are not in the recording; "
          + "leave the window uncovered, and end what keeps this machine busy")
    }
    if let played = figures.beepsPlayed, let heard = figures.beepsHeard {
      if heard == 0 {
        say(
          "notHeard",
          played == 0
            ? "the sound server played no beep; see that its output is not suspended"
            : "no beep is in the recording; see that the output is not muted, nor its volume at nothing")
      } else if heard < played {
        say(
          "beepsMissing",
          "\(played - heard) of \(played) beeps are not in the recording; the sound breaks off, as on a busy machine")
      }
    }
    if let offset = figures.offsetMs {
      if abs(offset.median) > 20 {
        say(
          "offset",
          "the sound is \(Self.number(abs(offset.median))) ms too \(offset.median > 0 ? "late" : "early"); this output does "
            + "not know its own delay: try another, such as one that is not wireless, or a newer sound server")
      } else if abs(offset.worst) > 40 {
        say(
          "unsteady",
          "sound and picture are up to \(Self.number(abs(offset.worst))) ms apart at times; end what keeps this machine busy"
        )
      }
    }
    if figures.durationSeconds >= Self.shortestForDrift, let drift = figures.driftMsPerHour,
      let error = figures.driftErrorMsPerHour, abs(drift) > 20 + error
    {
      say(
        "drift",
        "the sound drifts by \(Self.number(drift)) ms an hour; run this for longer (--duration 10m) to be sure, and report it"
      )
    }
    if figures.stepsDrawn > 0, Double(figures.stepsKept) < 0.97 * Double(figures.stepsDrawn) {
      say(
        "dropped",
        "\(figures.stepsDrawn - figures.stepsKept) of \(figures.stepsDrawn) pictures are missing; end what keeps this "
          + "machine busy, or record less: --fps 15, or a smaller --size")
    }
    if let latency = figures.pictureLatencyMs, latency.median > 100 {
      say(
        "latency",
        "a picture takes \(Self.number(latency.median)) ms into the file; end what keeps this machine busy")
    }
    if let sharpness = figures.sharpness, sharpness < 0.995 {
      say(
        "unsharp",
        "the picture at rest is not as sharp as it should be; end what keeps this machine busy, and report it")
    }
    if figures.faults > 0 {
      say("faults", "the recording has \(figures.faults) faults, frames that do not decode or gaps; report it")
    }
    self.problems = problems
  }

  /// The figures in words, a line each.
  static func lines(_ figures: SelfTestFigures) -> [String] {
    var lines: [String] = []
    func line(_ name: String, _ text: String) {
      lines.append("  \(name.padding(toLength: 11, withPad: " ", startingAt: 0))\(text)")
    }
    if let offset = figures.offsetMs {
      line("in step", "the sound comes \(apart(offset.median)) the picture, at the worst \(apart(offset.worst))")
    }
    if let drift = figures.driftMsPerHour, let error = figures.driftErrorMsPerHour {
      let card = figures.cardDriftPpm.map { "; the output's own clock is \(number($0)) millionths off" } ?? ""
      line(
        "drift",
        figures.durationSeconds < shortestForDrift
          ? "not to be told in so short a time; --duration 2m tells\(card)"
          : "\(number(drift)) ms an hour, give or take \(number(error))\(card)")
    }
    if let latency = figures.pictureLatencyMs {
      let sound = figures.soundLatencyMs.map { "; sound is encoded after \(number($0)) ms" } ?? ""
      line(
        "latency",
        "\(number(latency.median)) ms from the screen to the file, at the worst \(number(latency.worst)) ms\(sound)")
    }
    line(
      "pictures",
      "\(figures.stepsKept) of \(figures.stepsDrawn) are in the recording, \(figures.framesDropped) dropped on the way")
    if let sharpness = figures.sharpness {
      line("sharpness", "\(String(format: "%.5f", sharpness)) at rest, where 1 is the screen itself")
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
