import Foundation
import Oriel

/// One share from start to stop: everything that can happen arrives on one stream and is dealt with in turn.
struct ShareSession {
  private enum Input: Sendable {
    case share(ScreenShareEvent)
    case recorder(MediaRecorderEvent)
    case track(MediaStreamTrack.Event)
    case signal(Int32)
    case key(Character)
    case tick
  }

  let share: ScreenShare
  /// What viewers open.
  let url: String
  let room: String
  let recorder: MediaRecorder?
  let duration: MediaTime?
  let signals: Signals
  let reporter: Reporter

  /// Shares until something ends it.
  /// - Returns: the status to end the command with.
  func run(_ output: RecordingOutput?) async throws -> Failure.Status {
    let (inputs, continuation) = AsyncStream.makeStream(of: Input.self)
    func feed<Element: Sendable>(
      _ events: AsyncStream<Element>, _ wrap: @escaping @Sendable (Element) -> Input
    ) -> Task<Void, Never> {
      Task { for await event in events { continuation.yield(wrap(event)) } }
    }
    let track = await share.stream.getVideoTracks().first
    var feeds = [
      feed(share.events) { .share($0) }, feed(signals.listen()) { .signal($0) },
    ]
    if let track { feeds.append(feed(track.events) { .track($0) }) }
    if let recorder { feeds.append(feed(recorder.events) { .recorder($0) }) }
    let keys = isQuiet ? nil : Keys()
    if let keys { feeds.append(feed(keys.listen()) { .key($0) }) }
    defer {
      keys?.restore()
      for feed in feeds { feed.cancel() }
    }
    if let recorder, let output { try recorder.start(output) }
    do {
      try await share.start()
    } catch let error as RoomClientError {
      await finish(track)
      throw error
    }

    var progress = ShareProgress(duration: duration, now: .now)
    var alarm = Alarm { continuation.yield(.tick) }
    defer { alarm.cancel() }
    alarm.set(progress.nextTick)
    var reason: Event.StopReason?
    var failure: Failure?
    loop: for await input in inputs {
      switch input {
      case .share(let event):
        if let refused = tell(event, keys: keys != nil) {
          failure = refused
          break loop
        }
      case .recorder(.error(let error)): reporter.warn("the recording ended: \(error.description)", code: "recording")
      case .recorder(.warning(let code, let message)), .track(.warning(let code, let message)):
        reporter.warn(message, code: code)
      case .recorder: break
      case .track(.mute): reporter.emit(Event.Plain(event: "muted"))
      case .track(.unmute): reporter.emit(Event.Plain(event: "unmuted"))
      case .track(.ended(let why)):
        reason = why == .displayGone ? .displayGone : .sourceEnded
        break loop
      case .signal(SIGUSR1), .key("p"): togglePause(track)
      case .signal:
        reason = .signal
        break loop
      case .key("q"):
        reason = .key
        break loop
      case .key: break
      case .tick:
        if progress.isOver(now: .now) {
          reason = .duration
          break loop
        }
        await report(&progress, isPaused: track?.enabled == false)
        alarm.set(progress.nextTick)
      }
    }
    await finish(track)
    return conclude(reason ?? .sourceEnded, failure, seconds: progress.seconds(now: .now))
  }

  private var isQuiet: Bool { if case .quiet = reporter.style { true } else { false } }

  /// Says what befell the share. A refusal is why it ends.
  private func tell(_ event: ScreenShareEvent, keys: Bool) -> Failure? {
    func viewer(_ member: RoomMember, _ state: ShareEvent.Viewer.State, _ detail: String) {
      reporter.emit(ShareEvent.Viewer(id: printable(member.id), state: state, detail: printable(detail)))
      let name = member.name.map { printable($0) } ?? "A viewer"
      reporter.say("\(name) \(detail.isEmpty ? state.rawValue : detail)")
    }
    switch event {
    case .entered:
      reporter.emit(ShareEvent.Ready(url: url, room: room))
      reporter.say("Sharing at \(url)" + (keys ? "; p pauses, q stops" : "; Ctrl-C stops"))
    case .ended(let error): return error.failure
    case .serverLost:
      reporter.warn("the room server is lost and sought again; who watches goes on watching", code: "roomLost")
    case .viewerJoined(let member): viewer(member, .joined, "joined")
    case .viewerConnected(let member): viewer(member, .connected, "watches")
    case .viewerFailed(let member, let error):
      viewer(member, .failed, "cannot be reached" + (error.map { ": \($0.message)" } ?? ""))
    case .viewerLeft(let member): viewer(member, .left, "left")
    case .warning(let code, let message): reporter.warn(message, code: code)
    }
    return nil
  }

  /// Viewers see black while paused, and the file leaves the time out.
  private func togglePause(_ track: MediaStreamTrack?) {
    guard let track else { return }
    track.enabled.toggle()
    if track.enabled { try? recorder?.resume() } else { try? recorder?.pause() }
    reporter.emit(Event.Plain(event: track.enabled ? "resumed" : "paused"))
  }

  private func report(_ progress: inout ShareProgress, isPaused: Bool) async {
    let line = progress.report(
      await share.viewerStatistics, await share.encoderStatistics, isPaused: isPaused, now: .now)
    reporter.emit(line.event)
    reporter.live(line.text)
  }

  private func finish(_ track: MediaStreamTrack?) async {
    await share.stop()
    guard let recorder, recorder.state != .inactive else {
      track?.stop()
      return
    }
    let events = recorder.events
    recorder.stop()
    for await event in events { if case .stop = event { break } }
    track?.stop()
  }

  private func conclude(_ reason: Event.StopReason, _ failure: Failure?, seconds: Double) -> Failure.Status {
    var failure = failure
    if failure == nil, reason == .displayGone {
      failure = Failure(status: .unavailable, code: "displayGone", message: "the X server went away; the share is over")
    }
    if let failure { _ = reporter.fail(failure) }
    reporter.emit(ShareEvent.Stop(durationSeconds: rounded(seconds, 3), reason: reason))
    return failure?.status ?? .finished
  }
}

extension RoomClientError: CommandFailure {
  var failure: Failure {
    switch self {
    case .refused, .removed: Failure(status: .refused, code: "refused", message: description)
    case .connection, .left, .noAnswer: Failure(status: .unavailable, code: "room", message: description)
    }
  }
}
