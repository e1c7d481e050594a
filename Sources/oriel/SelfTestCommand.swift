import ArgumentParser
import Foundation
import Oriel
import Scenes

/// `oriel selftest`: flashes and beeps, records that, and measures the recording.
struct SelfTestCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "selftest",
    abstract: "Flash and beep on this machine, record it, and measure the recording.",
    usage: "oriel selftest [<options>]",
    discussion: """
      Opens a small window that flashes once a second, and beeps through the default output at the same moments. The \
      window and the sound of this machine are recorded as by oriel record, but into memory; no microphone is opened. \
      Then the recording is decoded and measured: the offset between sound and picture, its drift, the latency, lost \
      pictures and beeps, and the sharpness. The exit status is 1 if a figure is out of bounds.
      """)

  @Option(help: ArgumentHelp("The X display. (default: $DISPLAY)", valueName: "display"))
  var display: String?

  @Option(
    help: ArgumentHelp(
      "How long to test, from 3s to 10m; a longer test measures the drift better. (default: 10s)", valueName: "time"),
    transform: Duration.parse)
  var duration: MediaTime?

  @Flag(help: "Do not test the sound.")
  var noSound = false

  @Flag(help: "Print one JSON document on standard output instead of text.")
  var json = false

  func validate() throws {
    if let duration, !(MediaTime.seconds(3)...MediaTime.seconds(600)).contains(duration) {
      throw ValidationError("--duration is from 3s to 10m")
    }
  }

  private struct Document: Encodable {
    let verdict: String
    let problems: [SelfTestVerdict.Problem]
    /// The parts that were not tested, and why.
    let notes: [SelfTestVerdict.Problem]
    let figures: SelfTestFigures
  }

  func run() async throws {
    let reporter = Reporter(style: json ? .json(.standardOutput) : .text)
    do {
      let sound = await reasonForSkippingSound()
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

  /// Why the sound cannot be tested; nil if it can.
  private func reasonForSkippingSound() async -> String? {
    if noSound { return "--no-sound was given" }
    do throws(DisplayMediaError) {
      _ = try await SoundSources.list()
      return nil
    } catch {
      return error.message
    }
  }

  /// Plays the test, records it, and measures the recording.
  private func measure(
    soundProblem: String?, _ reporter: Reporter
  ) async throws -> (SelfTestFigures, soundProblem: String?) {
    let area = try area()
    let duration = duration ?? .seconds(10)
    announce(duration, hasSound: soundProblem == nil, reporter)
    let (show, soundProblem) = try openShow(in: area, soundProblem: soundProblem)
    let stream = try await MediaDevices.getDisplayMedia(
      DisplayMediaStreamOptions(
        display: display, surface: .region(show.window.rect), cursor: .never, sound: soundProblem == nil ? .system : nil
      ))
    defer { for track in stream.getTracks() { track.stop() } }
    let processing = Monitor([Int64: MediaTime]())
    let recorder = try MediaRecorder(stream, Self.options(processing))
    var events = recorder.events.makeAsyncIterator()
    try recorder.start()
    if case .error(let error)? = await events.next() { throw error }

    let first = MediaTime.now + .seconds(1)
    let schedule = BeepSchedule(first: first, period: .seconds(1), end: first + duration)
    let steps = try await show.run(schedule)
    // Time for the last picture to be refined, and for the last beep to be reported as played.
    try await Task.sleep(for: .seconds(1.5))
    let screen = try await grab(stream)
    let capturer = stream.getAudioTracks().first?.source as? SoundCapturer
    let sound = capturer?.statistics
    recorder.stop()
    let file = try SelfTestFile(try await Self.rest(of: &events), show.window)
    let statistics = recorder.statistics
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
  }

  /// The monitor to show the test on.
  private func area() throws -> PixelRect {
    let monitors = try DisplaySources.list(display: display)
    guard let area = (monitors.first(where: \.isPrimary) ?? monitors.first)?.geometry else {
      throw Failure(status: .unavailable, code: "display", message: "the X display has no monitor to show the test on")
    }
    return area
  }

  private func announce(_ duration: MediaTime, hasSound: Bool, _ reporter: Reporter) {
    reporter.say(
      "For \(Progress.clock(duration.seconds)) a small window flashes"
        + (hasSound ? " and beeps, once a second, through the default output" : " once a second")
        + "; only that is recorded, into memory, and discarded at the end. Leave the window uncovered; Ctrl-C stops")
  }

  /// - Parameter processing: gets the time from each picture's capture until it was written, by its timestamp in
  ///   milliseconds.
  private static func options(_ processing: Monitor<[Int64: MediaTime]>) -> MediaRecorderOptions {
    var options = MediaRecorderOptions()
    options.ledger = { entry in
      guard entry.result == .captured else { return }
      let time = entry.captureTime + entry.convertTime + entry.encodeTime + entry.writeTime
      processing.withLock { $0[entry.time.roundedMilliseconds] = time }
    }
    return options
  }

  /// The bytes of a recording that was stopped.
  private static func rest(of events: inout AsyncStream<MediaRecorderEvent>.Iterator) async throws -> [UInt8] {
    var bytes: [UInt8] = []
    while let event = await events.next() {
      switch event {
      case .dataavailable(let data, _): bytes += data
      case .error(let error): throw error
      case .stop: return bytes
      default: break
      }
    }
    throw Failure(status: .software, code: "recording", message: "the recording ended unexpectedly; please report this")
  }

  /// Opens the window, and the sound if it can be tested.
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
