/// One source's pictures or sound as a program holds it. Source: W3C Media Capture and Streams §4.3.
public final class MediaStreamTrack: Sendable {
  /// What a track carries.
  public enum Kind: String, Sendable { case audio, video }

  /// Whether anything can still come.
  public enum ReadyState: String, Sendable { case live, ended }

  /// What listeners of `events` hear.
  public enum Event: Sendable, Equatable {
    case mute
    case unmute
    /// The source ended by itself, for a reason; never sent for `stop()`, as the specification says.
    case ended(MediaSourceEvent.EndReason)
    case warning(code: String, message: String)
  }

  private struct State {
    var enabled = true
    var muted = false
    var readyState = ReadyState.live
    var constraints = MediaTrackConstraints()
    /// The picture's size under the constraints, for the source's size it was last asked for.
    var size: (native: PixelSize, own: PixelSize)?
    var observers: [(id: ObjectIdentifier, call: @Sendable () -> Void)] = []
  }

  public let kind: Kind
  /// Unique to this track: 36 characters in a UUID's form; of a remote track, what its sender says.
  public let id: String
  /// The surface in words, such as the monitor's name.
  public let label: String

  private let shared: SharedSource
  private let state: Monitor<State>
  private let broadcaster = EventBroadcaster<Event>()

  /// A live video track of `source`.
  public convenience init(source: any VideoSource, label: String) {
    self.init(kind: .video, source: SharedSource(source), label: label, id: randomIdentifier(), State())
  }

  /// A live audio track of `source`.
  public convenience init(source: any AudioSource, label: String) {
    self.init(kind: .audio, source: SharedSource(source), label: label, id: randomIdentifier(), State())
  }

  /// A live track of something remote, under the name that its sender gave it.
  public convenience init(kind: Kind, source: any EncodedSource, label: String, id: String) {
    self.init(kind: kind, source: SharedSource(source), label: label, id: id, State())
  }

  /// - Parameter origin: the track that this one is a clone of.
  private init(
    kind: Kind, source: SharedSource, label: String, id: String, _ initial: State, origin: String? = nil
  ) {
    self.kind = kind
    self.id = id
    self.label = label
    shared = source
    let isLive = initial.readyState == .live
    state = Monitor(initial)
    guard isLive else {
      broadcaster.finish()
      return
    }
    source.join(id, like: origin)
    let sourceEvents = source.source.events.listen()
    Task { [weak self] in
      for await event in sourceEvents { self?.pass(on: event) }
      // It ended before anyone listened.
      self?.pass(on: .ended(.stopped))
    }
  }

  deinit { shared.leave(id, isStopped: false) }

  /// Another track of the same source, with a name, an `enabled` and constraints of its own; ended if this one is.
  public func clone() -> MediaStreamTrack {
    let initial = state.withLock { state in
      var initial = state
      initial.observers = []
      return initial
    }
    return MediaStreamTrack(
      kind: kind, source: shared, label: label, id: randomIdentifier(), initial, origin: id)
  }

  /// Where the pictures or the sound come from, for sinks. Its pictures are of the source's own size and rate: an encoder sees
  /// to what the constraints say.
  public var source: any MediaSource { shared.source }

  /// Whether pictures or sound are let through; a disabled track is black where it is recorded, or silent.
  public var enabled: Bool {
    get { state.withLock { $0.enabled } }
    set {
      let hasChanged = state.withLock { state in
        defer { state.enabled = newValue }
        return state.enabled != newValue
      }
      if hasChanged { tellObservers() }
    }
  }

  /// Whether the source gives nothing for now.
  public var muted: Bool { state.withLock { $0.muted } }

  public var readyState: ReadyState { state.withLock { $0.readyState } }

  /// What the source gives now.
  public func getSettings() -> MediaTrackSettings {
    var settings = shared.source.settings
    if let width = settings.width, let height = settings.height {
      let native = PixelSize(width: width, height: height)
      let size = size(of: native)
      settings.width = size.width
      settings.height = size.height
      settings.aspectRatio = size.height > 0 ? Double(size.width) / Double(size.height) : nil
      let isScaled =
        size != native || getConstraints().resizeMode?.resolved(bareIsExact: false).exact == [.cropAndScale]
      settings.resizeMode = isScaled ? .cropAndScale : .native
    }
    settings.frameRate = shared.frameRateLimit(of: id) ?? settings.frameRate
    settings.deviceId = settings.deviceId ?? shared.deviceId
    settings.groupId = settings.groupId ?? shared.groupId
    return settings
  }

  /// What the source could give.
  public func getCapabilities() -> MediaTrackCapabilities {
    var capabilities = shared.source.capabilities
    capabilities.deviceId = capabilities.deviceId ?? shared.deviceId
    capabilities.groupId = capabilities.groupId ?? shared.groupId
    return capabilities
  }

  /// What was last applied.
  public func getConstraints() -> MediaTrackConstraints { state.withLock { $0.constraints } }

  /// Changes what the track gives from now on: where it is recorded or sent, the size and the rate of its pictures follow. They
  /// are never cropped nor enlarged. Constraints that were applied before hold no longer. On a track that has ended, nothing.
  /// - Throws: when something is demanded that the source cannot give; then all stays as it was.
  ///   Source: W3C Media Capture and Streams §4.3.8, `applyConstraints`.
  public func applyConstraints(_ constraints: MediaTrackConstraints = .init()) async throws(OverconstrainedError) {
    try apply(constraints)
  }

  /// The same, at once.
  package func apply(_ constraints: MediaTrackConstraints) throws(OverconstrainedError) {
    guard readyState == .live else { return }
    let settings = try constraints.select(
      kind: kind, capabilities: getCapabilities(), native: shared.source.settings, frameRate: shared.initialFrameRate)
    state.withLock { state in
      state.constraints = constraints
      state.size = nil
    }
    let speaksOfCursor = constraints.cursor != nil || constraints.advanced.contains { $0.cursor != nil }
    shared.wish(id, frameRate: settings.frameRate, cursor: speaksOfCursor ? settings.cursor : nil)
    tellObservers()
  }

  /// This listener's events from now on, after the warnings so far; ends with the track.
  public var events: AsyncStream<Event> { broadcaster.listen() }

  /// Ends the track. The last of a source's tracks to be stopped ends the source.
  public func stop() {
    guard end() else { return }
    shared.leave(id, isStopped: true)
    broadcaster.finish()
  }

  // MARK: - For sinks

  /// The size that a picture of the source gets.
  package func size(of native: PixelSize) -> PixelSize {
    let (known, constraints) = state.withLock { ($0.size, $0.constraints) }
    if let known, known.native == native { return known.own }
    let own = constraints.size(of: native)
    state.withLock { state in
      if state.constraints == constraints { state.size = (native, own) }
    }
    return own
  }

  /// Pictures a second to hold the track to; nil where its source sees to it.
  package var frameRateLimit: Double? { shared.frameRateLimit(of: id) }

  /// Calls `body` whenever `enabled`, `readyState` or the constraints have changed, on the thread that changed them, until
  /// `stopObserving`.
  package func observe(_ observer: AnyObject, _ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.observers.append((ObjectIdentifier(observer), body)) }
  }

  package func stopObserving(_ observer: AnyObject) {
    state.withLock { $0.observers.removeAll { $0.id == ObjectIdentifier(observer) } }
  }

  private func tellObservers() { for observer in state.withLock({ $0.observers }) { observer.call() } }

  // MARK: - What befalls the source

  /// - Returns: whether the track was live.
  private func end() -> Bool {
    let wasLive = state.withLock { state in
      defer { state.readyState = .ended }
      return state.readyState == .live
    }
    if wasLive { tellObservers() }
    return wasLive
  }

  private func pass(on event: MediaSourceEvent) {
    switch event {
    case .muted:
      state.withLock { $0.muted = true }
      broadcaster.send(.mute)
    case .unmuted:
      state.withLock { $0.muted = false }
      broadcaster.send(.unmute)
    case .warning(let code, let message):
      broadcaster.sendAndKeep(.warning(code: code, message: message))
    case .ended(let reason):
      if end() {
        shared.leave(id, isStopped: false)
        broadcaster.send(.ended(reason))
      }
      broadcaster.finish()
    }
  }
}

/// 128 random bits in a UUID's form (RFC 9562 §5.4).
func randomIdentifier() -> String {
  var bytes = (0..<16).map { _ in UInt8.random(in: 0...255) }
  bytes[6] = bytes[6] & 0x0f | 0x40
  bytes[8] = bytes[8] & 0x3f | 0x80
  var text = ""
  for (index, byte) in bytes.enumerated() {
    if [4, 6, 8, 10].contains(index) { text += "-" }
    text += (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
  return text
}
