import ArgumentParser
import Foundation
import Oriel
import Scenes

/// `oriel selftest`: flashes and beeps, records that, and says how well it went.
struct SelfTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selftest",
    abstract: "Flash and beep on this machine, record it, and say how well it went.",
    usage: "oriel selftest [<options>]",
    discussion: """
      Opens a small window that flashes once a second, and beeps through the default output at the same moments. The \
      window and what this machine plays are recorded by the same means as by oriel record, into memory alone; no \
      microphone is opened. Then the recording is decoded and measured: how far sound and picture are apart, whether that \
      grows, how long they take, what was lost, and how sharp the picture is. Ends with 1 where something is not fine.
      """)

  @Option(help: ArgumentHelp("The X display. (default: $DISPLAY)", valueName: "display"))
  var display: String?

  @Option(
    help: ArgumentHelp(
      "How long to flash, from 3s to 10m; the longer, the surer the drift. (default: 10s)", valueName: "time"),
    transform: Duration.parse)
  var duration: MediaTime?

  @Flag(help: "Leave the sound out.")
  var noSound = false

  @Flag(help: "Print one JSON document on standard output instead of words.")
  var json = false

  func validate() throws {
    if let duration, !(MediaTime.seconds(3)...MediaTime.seconds(600)).contains(duration) {
      throw ValidationError("--duration is from 3s to 10m")
    }
  }

  private struct Document: Encodable {
    let verdict: String
    let problems: [SelfTestVerdict.Problem]
    /// What was not tested.
    let notes: [SelfTestVerdict.Problem]
    let figures: SelfTestFigures
  }

  func run() async throws {
    let reporter = Reporter(style: json ? .json(.standardOutput) : .text)
    do {
      let sound = await whySilent()
      let (figures, problem) = try await measure(soundProblem: sound, reporter)
      let verdict = SelfTestVerdict(figures)
      let notes = (problem.map { [$0] } ?? []).map {
        SelfTestVerdict.Problem(code: "noSound", message: "the sound was not tested: \(printable($0))")
      }
      if json {
        try StandardOutput.print(
          jsonLine(
            Document(
              verdict: verdict.problems.isEmpty ? "fine" : "poor", problems: verdict.problems,
              notes: notes, figures: figures)))
      } else {
        let lines =
          [verdict.problems.isEmpty ? "All is fine." : "Not all is fine:"]
          + (verdict.problems + notes).map { "  - \(printable($0.message))" } + SelfTestVerdict.lines(figures)
        try StandardOutput.print(lines.joined(separator: "\n"))
      }
      if !verdict.problems.isEmpty { throw ExitCode.failure }
    } catch let failure as Failure {
      throw reporter.fail(failure)
    } catch let error as any CommandFailure {
      throw reporter.fail(error.failure)
    }
  }

  /// Why there is no sound to test; nil where there is.
  private func whySilent() async -> String? {
    if noSound { return "it was left out" }
    do throws(DisplayMediaError) {
      _ = try await SoundSources.list()
      return nil
    } catch {
      return error.message
    }
  }

  private func measure(
    soundProblem: String?, _ reporter: Reporter
  ) async throws -> (SelfTestFigures, soundProblem: String?) {
    let monitors = try DisplaySources.list(display: display)
    guard let area = (monitors.first(where: \.isPrimary) ?? monitors.first)?.geometry else {
      throw Failure(status: .unavailable, code: "display", message: "the X display has no monitor to show anything on")
    }
    let duration = duration ?? .seconds(10)
    reporter.say(
      "For \(Progress.clock(duration.seconds)) a small window flashes"
        + (soundProblem == nil ? " and beeps, once a second, through the default output" : " once a second")
        + "; only that is recorded, into memory, and forgotten. Leave it uncovered; Ctrl-C ends it")
    let (show, soundProblem) = try openShow(in: area, soundProblem: soundProblem)
    let stream = try await MediaDevices.getDisplayMedia(
      DisplayMediaStreamOptions(
        display: display, surface: .region(show.window.rect), cursor: .never, sound: soundProblem == nil ? .system : nil
      ))
    defer { for track in stream.getTracks() { track.stop() } }
    let processing = Monitor([Int64: MediaTime]())
    var options = MediaRecorderOptions()
    options.ledger = { entry in
      guard entry.result == .captured else { return }
      let time = entry.captureTime + entry.convertTime + entry.encodeTime + entry.writeTime
      processing.withLock { $0[entry.time.roundedMilliseconds] = time }
    }
    let recorder = try MediaRecorder(stream, options)
    var events = recorder.events.makeAsyncIterator()
    try recorder.start()
    if case .error(let error)? = await events.next() { throw error }

    let first = MediaTime.now + .seconds(1)
    let schedule = BeepSchedule(first: first, period: .seconds(1), end: first + duration)
    let steps = try await show.run(schedule)
    // The last picture is to come to rest, and the last beep to be told of.
    try await Task.sleep(for: .seconds(1.5))
    let screen = try await grab(stream)
    let capturer = stream.getAudioTracks().first?.source as? SoundCapturer
    let sound = capturer?.statistics
    recorder.stop()
    var bytes: [UInt8] = []
    while let event = await events.next() {
      switch event {
      case .dataavailable(let data, _): bytes += data
      case .error(let error): throw error
      case .stop:
        let statistics = recorder.statistics
        let file = try SelfTestFile(bytes, show.window)
        var figures = SelfTestFigures(
          file, steps: steps, beeps: show.beeper == nil ? nil : show.beeps, schedule,
          start: statistics.startedAt ?? first, processing: processing.withLock { $0 })
        figures.durationSeconds = rounded(statistics.durationSeconds, 3)
        figures.framesCaptured = statistics.framesCaptured
        figures.framesDropped = statistics.framesDropped
        figures.cardDriftPpm = sound.map { rounded($0.drift, 1) }
        figures.soundLatencyMs = sound.map { rounded($0.latency.seconds * 1000, 1) }
        figures.sharpness = screen.flatMap { file.last?.similarity(to: $0) }.map { rounded($0, 5) }
        return (figures, soundProblem)
      default: break
      }
    }
    throw Failure(status: .software, code: "recording", message: "the recording ended without a word; report it")
  }

  /// Opens the window, and the sound where there is any.
  private func openShow(in area: PixelRect, soundProblem: String?) throws(SceneError) -> (SelfTestShow, String?) {
    guard soundProblem == nil else { return (try SelfTestShow(display: display, in: area, beeps: false), soundProblem) }
    do throws(SceneError) {
      return (try SelfTestShow(display: display, in: area, beeps: true), nil)
    } catch {
      guard case .soundUnavailable(let why) = error else { throw error }
      return (try SelfTestShow(display: display, in: area, beeps: false), why)
    }
  }

  private func grab(_ stream: MediaStream) async throws -> ImageBitmap? {
    guard let track = stream.getVideoTracks().first else { return nil }
    return try await ImageCapture(track).grabFrame()
  }
}

extension SceneError: CommandFailure {
  var failure: Failure {
    let words = "\(self)"
    return Failure(
      status: Failure.Status(rawValue: exitCode) ?? .software, code: "show",
      message: words.prefix(1).lowercased() + words.dropFirst().dropLast(words.hasSuffix(".") ? 1 : 0))
  }
}
