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

  let stream: MediaStream
  let sound: SoundPlan
  let recorder: MediaRecorder
  let duration: MediaTime?
  let signals: Signals
  let reporter: Reporter

  /// Records until something ends it.
  /// - Parameter outputs: the candidates; the first one without an existing file is used.
  /// - Returns: the exit status of the command.
  func run(_ outputs: some Sequence<Output>) async throws -> Failure.Status {
    let (inputs, continuation) = AsyncStream.makeStream(of: Input.self)
    let track = stream.getVideoTracks().first
    var feeds = [
      feed(recorder.events, continuation) { .recorder($0) }, feed(signals.listen(), continuation) { .signal($0) },
    ]
    if let track { feeds.append(feed(track.events, continuation) { .track($0) }) }
    let soundTracks = stream.getAudioTracks()
    for track in soundTracks { feeds.append(feed(track.events, continuation) { .sound($0) }) }
    let keys = isQuiet ? nil : Keys()
    if let keys { feeds.append(feed(keys.listen(), continuation) { .key($0) }) }
    keys?.giveBackTerminal(whileStopped: signals, reporter)
    defer {
      keys?.restore()
      for feed in feeds { feed.cancel() }
    }
    let file = try start(outputs)
    var progress = Progress(duration: duration)
    var alarm = Alarm { continuation.yield(.tick) }
    defer { alarm.cancel() }
    var reason: Event.StopReason?
    var failure: Failure?
    var stopped = false
    /// The reason to stop at the first picture.
    var early: Event.StopReason?
    func endSoon(_ why: Event.StopReason) {
      guard !progress.hasStarted, early == nil, !stopped else { return end(why, &reason) }
      early = why
      progress.deadline(in: Self.firstPictureTimeout)
      alarm.set(progress.nextTick(now: .now))
    }
    loop: for await input in inputs {
      switch input {
      case .recorder(.start):
        let statistics = recorder.statistics
        // No size and inactive: it ended before the first picture. If it was paused before that, it has begun.
        guard statistics.width != nil || recorder.state != .inactive else { break }
        let soundText = sound.description(soundTracks)
        reporter.emit(
          Event.Start(
            file: file.readablePath, width: statistics.width ?? 0, height: statistics.height ?? 0,
            audio: sound.selection.map { printable("\($0)") }))
        reporter.say(
          "Recording \(printable(track?.label ?? "")) into \(file == "-" ? "standard output" : printable(file)), "
            + "\(statistics.width ?? 0)x\(statistics.height ?? 0), \(soundText.map { "with \($0)" } ?? "without sound")"
            + (keys?.isListening != true
              ? "" : soundText == nil ? "; p pauses, q stops" : "; p pauses, m mutes, q stops"))
        // `startedAt`, as the time that encoding the first picture took counts as well.
        progress.started(now: statistics.startedAt ?? .now)
        alarm.set(progress.nextTick(now: .now))
        if let early { end(early, &reason) }
      case .recorder(.pause): reporter.emit(Event.Plain(event: "paused"))
      case .recorder(.resume): reporter.emit(Event.Plain(event: "resumed"))
      case .recorder(.warning(let code, let message)), .track(.warning(let code, let message)),
        .sound(.warning(let code, let message)):
        reporter.warn(message, code: code)
      case .recorder(.error(let error)):
        failure = error.failure
        if failure?.status == .writeFailed { reason = .writeFailed }
      case .recorder(.stop):
        stopped = true
        // The event with the reason why the source ended may follow shortly.
        if reason != nil || failure != nil { break loop }
        progress.deadline(in: .milliseconds(500))
        alarm.set(progress.nextTick(now: .now))
      case .recorder(.dataavailable): break
      case .track(.mute): reporter.emit(Event.Muting(isMuted: true, kind: .video))
      case .track(.unmute): reporter.emit(Event.Muting(isMuted: false, kind: .video))
      case .sound(.ended):
        reporter.warn("the sound source has ended; the recording goes on in silence", code: "soundEnded")
      // Muting needs no message: the source has warned already.
      case .sound(.unmute): reporter.warn("the sound is back", code: "soundBack")
      case .sound: break
      case .track(.ended(let why)):
        reason = reason ?? (why == .displayGone ? .displayGone : .sourceEnded)
        if stopped { break loop }
      case .signal(SIGUSR1), .key("p"):
        togglePause(&progress)
        alarm.set(progress.nextTick(now: .now))
      case .signal:
        if reason != nil {
          // The second signal: do not wait for a pipe that is not read.
          failure = Failure(
            status: .writeFailed, code: "interrupted",
            message: "stopped before all was written to \(file == "-" ? "standard output" : file); "
              + "what was written can be played")
          break loop
        }
        endSoon(.signal)
      case .key("m"): toggleMuted(soundTracks)
      case .key("q"): endSoon(.key)
      case .key: break
      case .tick:
        let now = MediaTime.now
        if progress.isOver(now: now) { end(.duration, &reason) }
        if !progress.hasStarted, let early, progress.isPastDeadline(now: now) { end(early, &reason) }
        if stopped, progress.isPastDeadline(now: now) { break loop }
        let isMuted = soundTracks.contains { !$0.enabled }
        if let line = progress.report(
          recorder.statistics, paused: recorder.state == .paused, muted: isMuted, now: now)
        {
          reporter.emit(line.event)
          reporter.live(line.text)
        }
        alarm.set(progress.nextTick(now: now, isEnding: reason != nil))
      }
    }
    for track in stream.getTracks() { track.stop() }
    return conclude(file, reason ?? .sourceEnded, failure)
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

  private var isQuiet: Bool { if case .quiet = reporter.style { true } else { false } }

  private func end(_ newReason: Event.StopReason, _ reason: inout Event.StopReason?) {
    guard reason == nil else { return }
    reason = newReason
    recorder.stop()
  }

  /// Muted sound is silence in the file, not a gap.
  private func toggleMuted(_ tracks: [MediaStreamTrack]) {
    guard let first = tracks.first else {
      reporter.say("There is no sound to mute; add it with --audio")
      return
    }
    let isMuted = first.enabled
    for track in tracks { track.enabled = !isMuted }
    reporter.emit(Event.Muting(isMuted: isMuted, kind: .audio))
    reporter.say(isMuted ? "Muted: the recording is silent; m unmutes" : "The sound is recorded again")
  }

  private func togglePause(_ progress: inout Progress) {
    // Errors are ignored: between its end and the last event a recording cannot be paused.
    if recorder.state == .paused {
      try? recorder.resume()
      progress.resumed(now: .now)
    } else {
      try? recorder.pause()
      progress.paused(now: .now)
    }
  }

  private func conclude(_ file: String, _ reason: Event.StopReason, _ failure: Failure?) -> Failure.Status {
    let statistics = recorder.statistics
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

  private func feed<Element: Sendable>(
    _ events: AsyncStream<Element>, _ continuation: AsyncStream<Input>.Continuation,
    _ wrap: @escaping @Sendable (Element) -> Input
  ) -> Task<Void, Never> {
    Task { for await event in events { continuation.yield(wrap(event)) } }
  }
}
