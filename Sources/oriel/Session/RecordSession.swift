import Foundation
import Oriel

/// One recording from start to stop: all events arrive on one stream and are handled in order.
struct RecordSession {
  private enum Input: Sendable {
    case recorder(MediaRecorderEvent)
    case track(MediaStreamTrack.Event)
    case sound(MediaStreamTrack.Event)
    case signal(Int32)
    case key(Character)
    case tick
  }

  /// An output and its name, which is "-" for standard output.
  typealias Output = (file: String, RecordingOutput)

  /// How long a recording that is stopped early waits for its first picture.
  private static let firstPictureTimeout = MediaTime.milliseconds(500)
  /// How long a recording that stopped by itself waits for the event that says why.
  private static let reasonTimeout = MediaTime.milliseconds(500)

  private let stream: MediaStream
  private let soundTracks: [MediaStreamTrack]
  private let sound: SoundPlan
  private let recorder: MediaRecorder
  private let signals: Signals
  private let reporter: Reporter

  private var loop = SessionLoop(tick: Input.tick)
  private var progress: Progress
  /// The name of the output that is used.
  private var file = ""
  private var reason: Event.StopReason?
  private var failure: Failure?
  /// The reason to stop at the first picture.
  private var early: Event.StopReason?
  /// Whether the recorder has stopped.
  private var hasStopped = false
  private var isOver = false

  init(
    stream: MediaStream, sound: SoundPlan, recorder: MediaRecorder, duration: MediaTime?, signals: Signals,
    reporter: Reporter
  ) {
    self.stream = stream
    soundTracks = stream.getAudioTracks()
    self.sound = sound
    self.recorder = recorder
    self.signals = signals
    self.reporter = reporter
    progress = Progress(duration: duration)
  }

  /// Records until something ends it.
  /// - Parameter outputs: the candidates; the first one without an existing file is used.
  /// - Returns: the exit status of the command.
  mutating func run(_ outputs: some Sequence<Output>) async throws -> Failure.Status {
    followAll()
    defer { loop.end() }
    file = try start(outputs)
    for await input in loop.inputs {
      handle(input)
      if isOver { break }
    }
    for track in stream.getTracks() { track.stop() }
    return conclude()
  }

  private mutating func followAll() {
    loop.follow(.recorder, recorder.events) { .recorder($0) }
    loop.follow(.signals, signals.listen()) { .signal($0) }
    loop.follow(.picture, stream.getVideoTracks().first?.events) { .track($0) }
    for (number, track) in soundTracks.enumerated() { loop.follow(.sound(number), track.events) { .sound($0) } }
    loop.followKeys(signals, reporter) { .key($0) }
  }

  /// - Returns: the name of the output that is used.
  private func start(_ outputs: some Sequence<Output>) throws(MediaRecorderError) -> String {
    var taken = MediaRecorderError.unknown("all names for the file are taken")
    for (file, output) in outputs {
      do throws(MediaRecorderError) {
        try recorder.start(output)
        return file
      } catch {
        guard case .output(.exists) = error else { throw error }
        taken = error
      }
    }
    throw taken
  }

  // MARK: - Inputs

  private mutating func handle(_ input: Input) {
    switch input {
    case .recorder(let event): handle(event)
    case .track(.ended(let why)):
      reason = reason ?? (why == .displayGone ? .displayGone : .sourceEnded)
      if hasStopped { isOver = true }
    case .track(let event): reporter.report(picture: event)
    case .sound(let event): reporter.report(sound: event, of: "the recording")
    case .signal(SIGUSR1), .key("p"): togglePause()
    // The second signal: do not wait for a pipe that is not read.
    case .signal where reason != nil: interrupt()
    case .signal: endSoon(.signal)
    case .key("m"): toggleMuted()
    case .key("q"): endSoon(.key)
    case .key: break
    case .tick: tick()
    }
  }

  private mutating func handle(_ event: MediaRecorderEvent) {
    switch event {
    case .start: begin()
    case .pause: reporter.emit(Event.Plain(event: "paused"))
    case .resume: reporter.emit(Event.Plain(event: "resumed"))
    case .warning(let code, let message): reporter.warn(message, code: code)
    case .error(let error):
      failure = error.failure
      if failure?.status == .writeFailed { reason = .writeFailed }
    case .stop:
      hasStopped = true
      // The event with the reason why the source ended may follow shortly.
      if reason != nil || failure != nil {
        isOver = true
      } else {
        progress.deadline(in: Self.reasonTimeout)
        wake()
      }
    case .dataavailable: break
    }
  }

  /// The recorder has its first picture.
  private mutating func begin() {
    let statistics = recorder.statistics
    // No size and inactive: it ended before the first picture. If it was paused before that, it has begun.
    guard statistics.width != nil || recorder.state != .inactive else { return }
    let size = (width: statistics.width ?? 0, height: statistics.height ?? 0)
    let label = printable(stream.getVideoTracks().first?.label ?? "")
    let soundText = sound.description(soundTracks)
    reporter.emit(
      Event.Start(
        file: file.readablePath, width: size.width, height: size.height,
        audio: sound.selection.map { printable("\($0)") }))
    reporter.say(
      "Recording \(label) into \(file == "-" ? "standard output" : printable(file)), "
        + "\(size.width)x\(size.height), \(soundText.map { "with \($0)" } ?? "without sound")"
        + (!loop.isReadingKeys ? "" : soundText == nil ? "; p pauses, q stops" : "; p pauses, m mutes, q stops"))
    // `startedAt`, as the time that encoding the first picture took counts as well.
    progress.started(now: statistics.startedAt ?? .now)
    wake()
    if let early { end(early) }
  }

  private mutating func tick() {
    let now = MediaTime.now
    if progress.isOver(now: now) { end(.duration) }
    if !progress.hasStarted, let early, progress.isPastDeadline(now: now) { end(early) }
    if hasStopped, progress.isPastDeadline(now: now) {
      isOver = true
      return
    }
    let isMuted = soundTracks.contains { !$0.enabled }
    if let line = progress.report(recorder.statistics, paused: recorder.state == .paused, muted: isMuted, now: now) {
      reporter.emit(line.event)
      reporter.live(line.text)
    }
    loop.wake(at: progress.nextTick(now: now, isEnding: reason != nil))
  }

  private mutating func wake() { loop.wake(at: progress.nextTick(now: .now)) }

  // MARK: - Pause and sound

  /// Muted sound is silence in the file, not a gap.
  private func toggleMuted() {
    guard let first = soundTracks.first else { return reporter.sayNoSound() }
    let isMuted = first.enabled
    for track in soundTracks { track.enabled = !isMuted }
    reporter.emit(Event.Muting(isMuted: isMuted, kind: .audio))
    reporter.say(isMuted ? "Muted: the recording is silent; m unmutes" : "The sound is recorded again")
  }

  private mutating func togglePause() {
    // Errors are ignored: between its end and the last event a recording cannot be paused.
    if recorder.state == .paused {
      try? recorder.resume()
      progress.resumed(now: .now)
    } else {
      try? recorder.pause()
      progress.paused(now: .now)
    }
    wake()
  }

  // MARK: - The end

  /// Ends the recording, but waits a moment for the first picture.
  private mutating func endSoon(_ why: Event.StopReason) {
    guard !progress.hasStarted, early == nil, !hasStopped else { return end(why) }
    early = why
    progress.deadline(in: Self.firstPictureTimeout)
    wake()
  }

  private mutating func end(_ why: Event.StopReason) {
    guard reason == nil else { return }
    reason = why
    recorder.stop()
  }

  private mutating func interrupt() {
    failure = Failure(
      status: .writeFailed, code: "interrupted",
      message: "stopped before all was written to \(file == "-" ? "standard output" : file); "
        + "what was written can be played")
    isOver = true
  }

  private func conclude() -> Failure.Status {
    let statistics = recorder.statistics
    let reason = reason ?? .sourceEnded
    var failure = failure
    if failure == nil, statistics.bytes == 0 {
      failure = Failure(
        status: .unavailable, code: "nothingRecorded",
        message: "nothing was recorded: it ended before the first picture")
    }
    if failure == nil, reason == .displayGone {
      failure = Failure(
        status: .unavailable, code: "displayGone",
        message: "the X server went away; what was recorded until then is in the file")
    }
    // When recording to standard output, the error is the last message.
    let isErrorLast = file == "-"
    if let failure, !isErrorLast { _ = reporter.fail(failure) }
    reporter.emit(
      Event.Stop(
        file: file.readablePath, durationSeconds: rounded(statistics.durationSeconds, 3),
        framesCaptured: statistics.framesCaptured, framesEncoded: statistics.framesEncoded,
        framesDropped: statistics.framesDropped, bytes: statistics.bytes, reason: reason))
    if let failure, isErrorLast { _ = reporter.fail(failure) }
    if failure == nil || statistics.bytes > 0 {
      reporter.say(statistics.summary(of: file))
    }
    return failure?.status ?? .finished
  }
}
