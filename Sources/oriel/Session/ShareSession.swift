import Foundation
import Oriel

/// One share from start to stop: all events arrive on one stream and are handled in order.
actor ShareSession {
  enum Input: Sendable {
    case share(ScreenShareEvent)
    case recorder(MediaRecorderEvent)
    case track(MediaStreamTrack.Event, id: String)
    case sound(MediaStreamTrack.Event)
    case signal(Int32)
    case key(Character)
    /// The list of surfaces, for the prompt.
    case surfaces([SurfaceMenu.Item])
    /// Another surface has been opened.
    case surface(MediaStream)
    case locked(Bool)
    case chatCleared
    /// A request failed.
    case problem(code: String, String)
    /// `ScreenShare.reach` has returned.
    case reached
    /// `ScreenShare.start` has returned, or failed with the error.
    case started((any Error)?)
    case tick
  }

  let share: ScreenShare
  /// What viewers see and hear at the start.
  private let seen: SharedContent
  /// The links for viewers.
  private var link: ShareLink
  private let room: String
  let recorder: MediaRecorder?
  let surfaces: SurfaceMenu
  /// The audio tracks of the file, which may differ from the one that viewers hear.
  let recordedSound: [MediaStreamTrack]
  private let signals: Signals
  let reporter: Reporter

  private var loop = SessionLoop(tick: Input.tick)
  private var progress: ShareProgress
  private(set) var track: MediaStreamTrack?
  /// The audio track that viewers hear.
  private(set) var sound: MediaStreamTrack?
  var isPaused = false
  var isMuted = false
  /// The list from which a typed number chooses.
  var prompt: NumberPrompt<Choice>?
  var isLocked = false
  /// The name of the recording.
  private let file: String?
  /// Whether the room was entered, so that `link` is announced.
  private var isReady = false
  /// Whether `ScreenShare.start` has returned.
  private var isStarted = false
  /// The end of the share before `isStarted`.
  private var earlyEnd: Failure?
  private var reason: Event.StopReason?
  private var failure: Failure?
  private var isOver = false
  /// The audit log of this command's own room server.
  private let log: AuditLog?
  /// The ids of viewers that have watched, at most `maximumWatched`.
  private var watched: Set<String> = []
  private static let maximumWatched = 100_000

  init(
    share: ScreenShare, seen: SharedContent, link: ShareLink, room: String, recorder: MediaRecorder?, file: String?,
    surfaces: SurfaceMenu, recordedSound: [MediaStreamTrack], duration: MediaTime?, log: AuditLog?, signals: Signals,
    reporter: Reporter
  ) {
    self.log = log
    self.share = share
    self.seen = seen
    self.link = link
    self.room = room
    self.recorder = recorder
    self.file = file
    self.surfaces = surfaces
    self.recordedSound = recordedSound
    self.signals = signals
    self.reporter = reporter
    progress = ShareProgress(duration: duration, now: .now)
  }

  /// Shares until something ends it.
  /// - Returns: the exit status of the command.
  /// - Throws: `RoomClientError` when the room cannot be entered.
  func run(_ output: RecordingOutput?) async throws -> Failure.Status {
    followAll()
    let title = reporter.hasLiveLine ? TerminalTitle("Oriel shares \(printable(track?.label ?? "the screen"))") : nil
    defer {
      title?.restore()
      loop.end()
    }
    if let recorder, let output { try recorder.start(output) }
    enter()
    for await input in loop.inputs {
      try await handle(input)
      if isOver { break }
    }
    await finish()
    return conclude(reason ?? .sourceEnded)
  }

  private func followAll() {
    loop.follow(.share, share.events) { .share($0) }
    loop.follow(.signals, signals.listen()) { .signal($0) }
    loop.follow(.recorder, recorder?.events) { .recorder($0) }
    follow(share.stream.getVideoTracks().first)
    follow(sound: share.stream.getAudioTracks().first)
    loop.followKeys(signals, reporter) { .key($0) }
  }

  /// Enters the room beside the loop, as that waits while there is no network.
  private func enter() {
    perform { [share, loop] in
      do {
        try await share.reach()
        loop.send(.reached)
        try await share.start()
        return .started(nil)
      } catch {
        return .started(error)
      }
    }
  }

  private func handle(_ input: Input) async throws {
    switch input {
    case .reached:
      reporter.emit(seen.event)
      reporter.say(seen.sentence)
    case .started(let error?):
      await finish()
      throw error
    case .started(nil):
      if let earlyEnd { return end(earlyEnd) }
      isStarted = true
      progress.begin(now: .now)
      loop.wake(at: progress.nextTick)
    // If the room could not be entered, `started` has the error.
    case .share(.ended(let error)) where !isStarted: earlyEnd = error.failure
    case .share(.ended(let error)): end(error.failure)
    // The file and the viewers have one encoder.
    case .share(.encoderFailed(let why)), .recorder(.error(.unknown(let why))):
      end(Failure(status: .software, code: "encoder", message: "\(why); nothing can be shown to viewers"))
    case .share(let event): report(event)
    case .recorder(.error(let error)):
      reporter.warn("the recording ended: \(error.failure.message)", code: "recording")
    case .recorder(.warning(let code, let message)): reporter.warn(message, code: code)
    case .recorder: break
    case .track(.ended(let why), let id): if id == track?.id { end(why == .displayGone ? .displayGone : .sourceEnded) }
    case .track(let event, _): reporter.report(picture: event)
    case .sound(let event): reporter.report(sound: event, of: "the share")
    case .signal(SIGUSR1): await togglePause()
    case .signal(SIGHUP) where log != nil && !Self.hasTerminal: log?.reopen()
    case .signal: end(.signal)
    case .key("q"): end(.key)
    case .key(let key): await press(key)
    case .surfaces(let items): askForSurface(items)
    case .surface(let stream): await show(stream)
    case .locked(let isLocked): reportLocked(isLocked)
    case .chatCleared: reportChatCleared()
    case .problem(let code, let message): reporter.warn(message, code: code)
    case .tick: await tick()
    }
  }

  private func end(_ reason: Event.StopReason) {
    self.reason = reason
    isOver = true
  }

  private func end(_ failure: Failure) {
    self.failure = failure
    isOver = true
  }

  private func tick() async {
    if progress.isOver(now: .now) { return end(.duration) }
    await report()
    addLinks()
    loop.wake(at: progress.nextTick)
  }

  /// Whether there is a controlling terminal. SIGHUP then means that it was closed, and the share must end: the user
  /// could no longer see that the screen is shared.
  private static var hasTerminal: Bool {
    let terminal = open("/dev/tty", O_RDONLY | O_NOCTTY | O_CLOEXEC)
    if terminal >= 0 { close(terminal) }
    return terminal >= 0
  }

  /// Does `work` beside the loop; its result arrives as an input.
  func perform(_ work: @escaping @Sendable () async -> Input?) { loop.perform(work) }

  /// Follows the events of `track` instead of the previous one's.
  func follow(_ track: MediaStreamTrack?) {
    self.track = track
    loop.follow(.picture, track?.events) { [id = track?.id ?? ""] in .track($0, id: id) }
  }

  /// The same for the sound.
  func follow(sound track: MediaStreamTrack?) {
    sound = track
    loop.follow(.sound(0), track?.events) { .sound($0) }
  }

  /// Prints an event of the share.
  private func report(_ event: ScreenShareEvent) {
    func viewer(_ member: RoomMember, _ state: ShareEvent.Viewer.State, _ detail: String) {
      reporter.emit(ShareEvent.Viewer(id: printable(member.id), state: state, detail: printable(detail)))
      reporter.say("\(displayName(member)) \(printable(detail))")
    }
    switch event {
    case .entered: entered()
    case .ended, .encoderFailed: break
    case .serverLost:
      reporter.warn(
        "the connection to the room server is lost; viewers keep watching while it is retried", code: "roomLost")
    case .viewerJoined(let member): viewer(member, .joined, "joined")
    case .viewerConnected(let member):
      if watched.count < Self.maximumWatched { watched.insert(member.id) }
      viewer(member, .connected, "watches")
    case .viewerFailed(let member, let why): viewer(member, .failed, "cannot be reached: \(why)")
    case .viewerFellBehind(let member):
      viewer(member, .connected, "cannot keep up: it gets fewer pictures, or none, until it can")
    case .viewerCaughtUp(let member): viewer(member, .connected, "keeps up again")
    case .viewerSilent(let member):
      viewer(member, .joined, "does not answer: its browser may be one that cannot watch, or its page hangs")
    case .viewerLeft(let member): viewer(member, .left, "left")
    case .warning(let code, let message): reporter.warn(message, code: code)
    }
  }

  private func entered() {
    guard !isReady else {
      reporter.emit(Event.Plain(event: "roomBack"))
      reporter.say("The room server is back")
      // A restarted server has lost the lock.
      if isLocked { lock(true) }
      return
    }
    isReady = true
    reporter.emit(ShareEvent.Ready(url: link.url, room: room, code: link.code, links: link.links))
    showLinks()
    DesktopNotice.show("Oriel shares your screen", printable(track?.label ?? ""))
  }

  /// Prints the links of networks that this machine has joined.
  private func addLinks() {
    let former = link.url
    let found = link.addNewNetworks()
    for link in found { reporter.emit(ShareEvent.Link(url: link.url, room: room, interface: link.interface)) }
    guard link.url == former else { return showLinks() }
    for link in found { reporter.say("Also at \(link.text)") }
  }

  private func showLinks() {
    guard let first = link.links.first else { return }
    reporter.say(
      "Sharing at \(first.text)"
        + (link.isOpen ? ", open to everyone who knows the room's name, as there is no --token" : "")
        + (loop.isReadingKeys ? "; p pauses, q stops, ? shows all keys" : "; Ctrl-C stops"))
    for other in link.links.dropFirst() { reporter.say("Also at \(other.text)") }
    reporter.say(link.protection)
    if reporter.hasLiveLine, let lines = QRCode(link.url)?.lines(for: terminalSize()) {
      reporter.say(lines.joined(separator: "\n"))
    }
  }

  func displayName(_ member: RoomMember) -> String { member.name.map { printable($0) } ?? "A viewer" }

  private func report() async {
    let line = progress.report(
      await share.viewerStatistics, await share.encoderStatistics, isPaused: isPaused, isMuted: isMuted, now: .now)
    reporter.emit(line.event)
    reporter.live(line.text + (prompt.map { "  \($0.hint)" } ?? ""))
  }

  /// Ends the recording and the share. A second signal to end stops the wait for the file.
  private func finish() async {
    let isRecording = recorder?.state != .inactive
    recorder?.stop()
    await share.stop()
    if recorder != nil, isRecording {
      loop: for await input in loop.inputs {
        switch input {
        case .recorder(.stop): break loop
        case .signal(let number) where number != SIGUSR1:
          reporter.warn(
            "stopped before all was written to \(file ?? ""); what was written can be played", code: "interrupted")
          break loop
        default: break
        }
      }
    }
    for track in [track, sound].compactMap(\.self) + recordedSound { track.stop() }
  }

  private func conclude(_ reason: Event.StopReason) -> Failure.Status {
    var failure = failure
    if failure == nil, reason == .displayGone {
      failure = Failure(status: .unavailable, code: "displayGone", message: "the X server went away; the share is over")
    }
    if let failure { _ = reporter.fail(failure) }
    let seconds = progress.seconds(now: .now)
    let recorded = file.flatMap { file in recorder.map { (file: file, statistics: $0.statistics) } }
    reporter.emit(
      ShareEvent.Stop(
        durationSeconds: rounded(seconds, 3), viewers: watched.count, reason: reason, file: recorded?.file.readablePath,
        framesCaptured: recorded?.statistics.framesCaptured, framesEncoded: recorded?.statistics.framesEncoded,
        framesDropped: recorded?.statistics.framesDropped, bytes: recorded?.statistics.bytes))
    reporter.say(
      "Shared for \(Progress.clock(seconds)); " + (watched.count == 1 ? "1 viewer" : "\(watched.count) viewers")
        + " watched")
    if let recorded { reporter.say(recorded.statistics.summary(of: recorded.file)) }
    return failure?.status ?? .finished
  }
}

extension RoomClientError: CommandFailure {
  var failure: Failure {
    switch self {
    case .refused(.token, _): Failure(status: .refused, code: "refused", message: "\(description) (--token)")
    case .refused, .removed: Failure(status: .refused, code: "refused", message: description)
    case .connection(.certificates): Failure(status: .noInput, code: "noInput", message: description)
    case .connection(.notTrusted(_, let why)) where why != SocketIOClientError.noTLS:
      Failure(status: .unavailable, code: "room", message: "\(description) (--ca-file)")
    case .connection, .left, .noAnswer: Failure(status: .unavailable, code: "room", message: description)
    }
  }
}
