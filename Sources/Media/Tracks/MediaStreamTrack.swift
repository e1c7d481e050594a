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
    var observers: [(id: ObjectIdentifier, call: @Sendable () -> Void)] = []
  }

  public let kind: Kind
  /// Unique to this track: 36 characters in a UUID's form; of a remote track, what its sender says.
  public let id: String
  /// The surface in words, such as the monitor's name.
  public let label: String
  /// Where the pictures or the sound come from, for sinks.
  public let source: any MediaSource

  private let state = Monitor(State())
  private let broadcaster = EventBroadcaster<Event>()

  /// A live video track of `source`.
  public convenience init(source: any VideoSource, label: String) {
    self.init(kind: .video, source: source, label: label, id: randomIdentifier())
  }

  /// A live track of something remote, under the name that its sender gave it.
  public convenience init(kind: Kind, source: any EncodedSource, label: String, id: String) {
    self.init(kind: kind, source: source as any MediaSource, label: label, id: id)
  }

  private init(kind: Kind, source: any MediaSource, label: String, id: String) {
    self.kind = kind
    self.id = id
    self.label = label
    self.source = source
    let sourceEvents = source.events.listen()
    Task { [weak self] in
      for await event in sourceEvents { self?.pass(on: event) }
    }
  }

  /// Whether pictures are let through; a disabled track is black where it is recorded.
  public var enabled: Bool {
    get { state.withLock { $0.enabled } }
    set {
      let observers = state.withLock { state in
        defer { state.enabled = newValue }
        return state.enabled == newValue ? [] : state.observers
      }
      for observer in observers { observer.call() }
    }
  }

  /// Calls `body` whenever `enabled` has changed, on the thread that changed it, until `stopObservingEnabled`.
  package func observeEnabled(_ observer: AnyObject, _ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.observers.append((ObjectIdentifier(observer), body)) }
  }

  package func stopObservingEnabled(_ observer: AnyObject) {
    state.withLock { $0.observers.removeAll { $0.id == ObjectIdentifier(observer) } }
  }

  /// Whether the source gives nothing for now.
  public var muted: Bool { state.withLock { $0.muted } }

  public var readyState: ReadyState { state.withLock { $0.readyState } }

  /// What the source gives now.
  public func getSettings() -> MediaTrackSettings { source.settings }

  /// This listener's events from now on; ends with the track.
  public var events: AsyncStream<Event> { broadcaster.listen() }

  /// Ends the track, and with it its source.
  public func stop() {
    let wasLive = state.withLock { state in
      defer { state.readyState = .ended }
      return state.readyState == .live
    }
    guard wasLive else { return }
    source.stop()
    broadcaster.finish()
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
      broadcaster.send(.warning(code: code, message: message))
    case .ended(let reason):
      let wasLive = state.withLock { state in
        defer { state.readyState = .ended }
        return state.readyState == .live
      }
      if wasLive { broadcaster.send(.ended(reason)) }
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
