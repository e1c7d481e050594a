import Oriel

/// What happens to a session, on one stream and in order: events, signals, keys, the results of work, and an alarm.
struct SessionLoop<Input: Sendable> {
  /// What inputs come from.
  enum Source: Hashable {
    case signals, keys, share, recorder, picture
    /// A track of sound, by its number.
    case sound(Int)
  }

  let inputs: AsyncStream<Input>
  private let continuation: AsyncStream<Input>.Continuation
  private let tick: Input
  private var alarm: Task<Void, Never>?
  private var feeds: [Source: Task<Void, Never>] = [:]
  private var keys: Keys?

  /// - Parameter tick: the input of the alarm.
  init(tick: Input) {
    self.tick = tick
    (inputs, continuation) = AsyncStream.makeStream(of: Input.self)
  }

  /// Adds the events of `source` as inputs, instead of the events that were added for it before.
  /// - Parameter events: nil for none.
  mutating func follow<Element: Sendable>(
    _ source: Source, _ events: AsyncStream<Element>?, _ input: @escaping @Sendable (Element) -> Input
  ) {
    feeds[source]?.cancel()
    feeds[source] = events.map { events in
      Task { [continuation] in for await event in events { continuation.yield(input(event)) } }
    }
  }

  /// Adds the keys of the terminal, if there is one, unless the command is quiet. While the process is stopped, and after
  /// `end`, the terminal has its former settings.
  mutating func followKeys(
    _ signals: Signals, _ reporter: Reporter, _ input: @escaping @Sendable (Character) -> Input
  ) {
    if case .quiet = reporter.style { return }
    guard let keys = Keys() else { return }
    self.keys = keys
    follow(.keys, keys.listen(), input)
    keys.giveBackTerminal(whileStopped: signals, reporter)
  }

  /// Whether keys are currently read.
  var isReadingKeys: Bool { keys?.isListening == true }

  func send(_ input: Input) { continuation.yield(input) }

  /// Does `work` beside the loop; its result arrives as an input.
  func perform(_ work: @escaping @Sendable () async -> Input?) {
    Task { [continuation] in
      if let input = await work() { continuation.yield(input) }
    }
  }

  /// Sets the one alarm, whose input arrives at `time`.
  mutating func wake(at time: MediaTime) {
    alarm?.cancel()
    let wait = max(0, time.nanoseconds - MediaTime.now.nanoseconds)
    alarm = Task { [continuation, tick] in
      try? await Task.sleep(for: .nanoseconds(wait))
      if !Task.isCancelled { continuation.yield(tick) }
    }
  }

  /// Ends all inputs, and restores the terminal.
  mutating func end() {
    alarm?.cancel()
    keys?.restore()
    for feed in feeds.values { feed.cancel() }
    feeds = [:]
  }
}

/// What a session says about its tracks.
extension Reporter {
  /// Prints an event of the picture; its end is for the session to tell.
  func report(picture event: MediaStreamTrack.Event) {
    switch event {
    case .mute: emit(Event.Muting(isMuted: true, kind: .video))
    case .unmute: emit(Event.Muting(isMuted: false, kind: .video))
    case .warning(let code, let message): warn(message, code: code)
    case .ended: break
    }
  }

  /// Prints an event of the sound.
  /// - Parameter session: what goes on without the sound, as in "the recording".
  func report(sound event: MediaStreamTrack.Event, of session: String) {
    switch event {
    // Muting needs no message: the source has warned already.
    case .mute: break
    case .unmute: warn("the sound is back", code: "soundBack")
    case .warning(let code, let message): warn(message, code: code)
    case .ended: warn("the sound source has ended; \(session) goes on in silence", code: "soundEnded")
    }
  }

  func sayNoSound() { say("There is no sound to mute; add it with --audio") }
}
