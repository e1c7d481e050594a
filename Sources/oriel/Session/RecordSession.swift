import Foundation
import Oriel

/// One recording from start to stop: everything that can happen arrives on one stream and is dealt with in turn.
struct RecordSession {
  private enum Input: Sendable {
    case recorder(MediaRecorderEvent)
    case track(MediaStreamTrack.Event)
    case sound(MediaStreamTrack.Event)
    case signal(Int32)
    case key(Character)
    case tick
  }

  /// Where a recording may go, by its name, which is "-" for standard output.
  typealias Output = (file: String, RecordingOutput)

  /// How long a recording that is told to end waits for its first picture.
  private static let firstPicturePatience = MediaTime.milliseconds(500)

  let stream: MediaStream
  let sound: SoundPlan
  let recorder: MediaRecorder
  let duration: MediaTime?
  let signals: Signals
  let reporter: Reporter

  /// Records until something ends it.
  /// - Parameter outputs: where to; to the first where no file is yet.
  /// - Returns: the status to end the command with.
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
    /// Why to end as soon as there is a picture.
    var early: Event.StopReason?
    func endSoon(_ why: Event.StopReason) {
      guard !progress.hasStarted, early == nil, !stopped else { return end(why, &reason) }
      early = why
      progress.deadline(in: Self.firstPicturePatience)
      alarm.set(progress.nextTick(now: .now))
    }
    loop: for await input in inputs {
      switch input {
      case .recorder(.start):
        let statistics = recorder.statistics
        // Ended before there was anything to record. Paused before that, it has begun.
        guard statistics.width != nil || recorder.state != .inactive else { break }
        let heard = sound.words(soundTracks)
        reporter.emit(
          Event.Start(
            file: file.readablePath, width: statistics.width ?? 0, height: statistics.height ?? 0,
            audio: sound.selection.map { printable("\($0)") }))
        reporter.say(
          "Recording \(printable(track?.label ?? "")) into \(file == "-" ? "standard output" : printable(file)), "
            + "\(statistics.width ?? 0)x\(statistics.height ?? 0), \(heard.map { "with \($0)" } ?? "without sound")"
            + (keys?.isListening != true ? "" : heard == nil ? "; p pauses, q stops" : "; p pauses, m mutes, q stops"))
        // Encoding the first picture took its time, which counts.
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
        // Why the source ended may come just after; it is not waited for long.
        if reason != nil || failure != nil { break loop }
        progress.deadline(in: .milliseconds(500))
        alarm.set(progress.nextTick(now: .now))
      case .recorder(.dataavailable): break
      case .track(.mute): reporter.emit(Event.Muting(isMuted: true, kind: .video))
      case .track(.unmute): reporter.emit(Event.Muting(isMuted: false, kind: .video))
      case .sound(.ended): reporter.warn("the sound is over; the recording goes on with silence", code: "soundEnded")
      // That it gives nothing for now, a source has said by a warning.
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
          // Asked twice: someone will not wait for a pipe that nobody empties.
          failure = Failure(
            status: .writeFailed, code: "interrupted",
            message:
              "stopped before all was written to \(file == "-" ? "standard output" : file); what was written plays")
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

  /// - Returns: the name of what is recorded into.
  private func start(_ outputs: some Sequence<Output>) throws(MediaRecorderError) -> String {
    var taken = MediaRecorderError.unknown("there is no name left for the file")
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

  private func end(_ why: Event.StopReason, _ reason: inout Event.StopReason?) {
    guard reason == nil else { return }
    reason = why
    recorder.stop()
  }

  /// Muted is silence in the file, not a gap.
  private func toggleMuted(_ tracks: [MediaStreamTrack]) {
    guard let first = tracks.first else {
      reporter.say("There is no sound to mute; --audio asks for it")
      return
    }
    let isMuted = first.enabled
    for track in tracks { track.enabled = !isMuted }
    reporter.emit(Event.Muting(isMuted: isMuted, kind: .audio))
    reporter.say(isMuted ? "Muted: the recording is silent; m goes on" : "The sound is recorded again")
  }

  private func togglePause(_ progress: inout Progress) {
    // Between the end and its last event there is nothing to pause.
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
    // Beside a recording on standard output the error is the last that is said.
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
