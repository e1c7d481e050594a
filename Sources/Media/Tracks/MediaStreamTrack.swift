/// A program's handle of one source's pictures or sound. Source: W3C Media Capture and Streams §4.3.
public final class MediaStreamTrack: Sendable {
  public enum Kind: String, Sendable { case audio, video }

  public enum ReadyState: String, Sendable { case live, ended }

  /// The events in `events`.
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
    /// The picture's size under the constraints, cached for the last source size.
    var size: (native: PixelSize, own: PixelSize)?
    var observers: [(id: ObjectIdentifier, call: @Sendable () -> Void)] = []
  }

  public let kind: Kind
  /// Unique to this track: a UUID of 36 characters, or a remote track's id from its sender.
  public let id: String
  /// The surface's or source's name for people, such as the monitor's.
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

  /// A live remote track with its sender's id.
  public convenience init(kind: Kind, source: any EncodedSource, label: String, id: String) {
    self.init(kind: kind, source: SharedSource(source), label: label, id: id, State())
  }

  /// - Parameter origin: the id of the track that this one is a clone of.
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
      // The source ended before `listen`.
      self?.pass(on: .ended(.stopped))
    }
  }

  deinit { shared.leave(id, isStopped: false) }

  /// Another track of the same source, with its own id, `enabled` and constraints; ended if this one is.
  public func clone() -> MediaStreamTrack {
    let initial = state.withLock { state in
      var initial = state
      initial.observers = []
      return initial
    }
    return MediaStreamTrack(
      kind: kind, source: shared, label: label, id: randomIdentifier(), initial, origin: id)
  }

  /// The source, to attach sinks to. Its pictures have the source's size and rate: encoders apply the track's constraints.
  public var source: any MediaSource { shared.source }

  /// Whether pictures or sound are recorded and sent; a disabled track is black or silent.
  public var enabled: Bool {
    get { state.withLock { $0.enabled } }
    set {
      let hasChanged = state.withLock { state in
        defer { state.enabled = newValue }
        return state.enabled != newValue
      }
      if hasChanged { notifyObservers() }
    }
  }

  /// Whether the source sends nothing at present.
  public var muted: Bool { state.withLock { $0.muted } }

  public var readyState: ReadyState { state.withLock { $0.readyState } }

  /// The present settings.
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

  /// The settings that the source supports.
  public func getCapabilities() -> MediaTrackCapabilities {
    var capabilities = shared.source.capabilities
    capabilities.deviceId = capabilities.deviceId ?? shared.deviceId
    capabilities.groupId = capabilities.groupId ?? shared.groupId
    return capabilities
  }

  /// The constraints that were last applied.
  public func getConstraints() -> MediaTrackConstraints { state.withLock { $0.constraints } }

  /// Changes the size and the rate of the track's pictures where it is recorded or sent. Pictures are never cropped or enlarged.
  /// Replaces all previous constraints. Has no effect on a track that has ended.
  /// - Throws: when the source cannot fulfil a constraint; nothing is changed then.
  ///   Source: W3C Media Capture and Streams §4.3.8, `applyConstraints`.
  public func applyConstraints(_ constraints: MediaTrackConstraints = .init()) async throws(OverconstrainedError) {
    try apply(constraints)
  }

  /// `applyConstraints`, synchronously.
  package func apply(_ constraints: MediaTrackConstraints) throws(OverconstrainedError) {
    guard readyState == .live else { return }
    let settings = try constraints.select(
      kind: kind, capabilities: getCapabilities(), native: shared.source.settings, frameRate: shared.initialFrameRate)
    state.withLock { state in
      state.constraints = constraints
      state.size = nil
    }
    let namesCursor = constraints.cursor != nil || constraints.advanced.contains { $0.cursor != nil }
    shared.request(id, frameRate: settings.frameRate, cursor: namesCursor ? settings.cursor : nil)
    notifyObservers()
  }

  /// The warnings so far and the events from now on; ends with the track.
  public var events: AsyncStream<Event> { broadcaster.listen() }

  /// Ends the track. The last of a source's tracks to be stopped ends the source.
  public func stop() {
    guard end() else { return }
    shared.leave(id, isStopped: true)
    broadcaster.finish()
  }

  // MARK: - For sinks

  /// The size to encode pictures in, for a source of size `native`.
  package func size(of native: PixelSize) -> PixelSize {
    let (known, constraints) = state.withLock { ($0.size, $0.constraints) }
    if let known, known.native == native { return known.own }
    let own = constraints.size(of: native)
    state.withLock { state in
      if state.constraints == constraints { state.size = (native, own) }
    }
    return own
  }

  /// The rate that the track's encoder has to apply, pictures a second; nil if the source applies it.
  package var frameRateLimit: Double? { shared.frameRateLimit(of: id) }

  /// Calls `body` whenever `enabled`, `readyState` or the constraints have changed, on the thread that changed them, until
  /// `stopObserving`.
  package func observe(_ observer: AnyObject, _ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.observers.append((ObjectIdentifier(observer), body)) }
  }

  package func stopObserving(_ observer: AnyObject) {
    state.withLock { $0.observers.removeAll { $0.id == ObjectIdentifier(observer) } }
  }

  private func notifyObservers() { for observer in state.withLock({ $0.observers }) { observer.call() } }

  // MARK: - Events of the source

  /// - Returns: whether the track was live.
  private func end() -> Bool {
    let wasLive = state.withLock { state in
      defer { state.readyState = .ended }
      return state.readyState == .live
    }
    if wasLive { notifyObservers() }
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
