import ArgumentParser
import Glibc
import Scenes

/// `oriel-scenes SCENE`: draws a test scene.
struct ScenesCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "oriel-scenes",
    abstract: "Draws a known desktop on an X display.",
    discussion: SceneName.allCases.map { "  \($0.rawValue): \($0.summary)" }.joined(separator: "\n")
      + "\n\nEach step carries a barcode of the time. Ends on SIGINT and SIGTERM.")

  @Argument(help: "The desktop to draw.")
  var scene: SceneName

  @Option(help: "The X display (default: $DISPLAY).")
  var display: String?

  @Option(help: "The seed of the random text, pictures and paths.")
  var seed: UInt64 = 1

  @Option(help: "Steps a second, 1 to 240, of scenes without a rate of their own.")
  var fps = 30

  @Option(help: ArgumentHelp("Stop the motion after this time; the picture stays.", valueName: "seconds"))
  var stopAfter: Double?

  @Option(help: ArgumentHelp("End after this time.", valueName: "seconds"))
  var duration: Double?

  @Option(
    help: ArgumentHelp(
      "Write a JSON line per step, {\"step\",\"ms\"} with the ms of the barcode, and per beep, {\"beep\",\"ns\"}.",
      valueName: "file"))
  var log: String?

  @Option(
    help: ArgumentHelp(
      "The tone of flash-and-beep in hertz, 50 to 15000, through the sound server; 0 for silence.", valueName: "hertz"))
  var tone = 1000.0

  @Option(help: ArgumentHelp("The title of the window of flash-and-beep.", valueName: "text"))
  var title = "Flash and beep"

  @Flag(help: "Print \"ready\" once the whole scene is on the screen.")
  var ready = false

  func validate() throws {
    guard (1...240).contains(fps) else { throw ValidationError("--fps is a number from 1 to 240.") }
    guard tone == 0 || (50...15_000).contains(tone) else {
      throw ValidationError("--tone is 0, or a number from 50 to 15000.")
    }
    for (name, value) in [("--stop-after", stopAfter), ("--duration", duration)] {
      guard value.map({ $0 >= 0 && $0.isFinite }) ?? true else {
        throw ValidationError("\(name) is 0 or more seconds.")
      }
    }
  }

  func run() throws {
    let options = SceneOptions(
      scene: scene, display: display, seed: seed, fps: fps, stopAfter: stopAfter, duration: duration, logFile: log,
      tone: tone == 0 ? nil : tone, title: title)
    do throws(SceneError) {
      try SceneRunner(options).run {
        guard ready else { return }
        // Written unbuffered: the line is awaited through a pipe.
        let line = "ready\n"
        _ = line.withCString { write(STDOUT_FILENO, $0, strlen($0)) }
      }
    } catch {
      let line = "oriel-scenes: \(error)\n"
      _ = line.withCString { write(STDERR_FILENO, $0, strlen($0)) }
      throw ExitCode(error.exitCode)
    }
  }
}
