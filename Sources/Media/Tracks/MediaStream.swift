/// A group of tracks. Source: W3C Media Capture and Streams §4.2.
public final class MediaStream: Sendable {
  /// The events in `events`.
  public enum Event: Sendable {
    /// A remote peer's track was added.
    case addtrack(MediaStreamTrack)
    /// A remote peer's track was removed.
    case removetrack(MediaStreamTrack)
    /// No track is live any more, for any reason: `ended` in early versions of the specification, `inactive` in browsers.
    case ended
  }

  private struct State {
    var tracks: [MediaStreamTrack]
    var isActive = false
    var observers: [(id: ObjectIdentifier, call: @Sendable () -> Void)] = []
  }

  /// Unique to this stream: a UUID of 36 characters, or a remote stream's id from its sender.
  public let id: String
  private let state: Monitor<State>
  private let broadcaster = EventBroadcaster<Event>()

  /// A stream of `tracks`, each once.
  public convenience init(_ tracks: [MediaStreamTrack] = []) { self.init(id: randomIdentifier(), tracks) }

  /// A remote stream with its sender's id.
  public init(id: String, _ tracks: [MediaStreamTrack] = []) {
    self.id = id
    state = Monitor(State(tracks: []))
    for track in tracks { addTrack(track) }
  }

  deinit {
    for track in getTracks() { track.stopObserving(self) }
    broadcaster.finish()
  }

  /// Whether any track is live.
  public var active: Bool { getTracks().contains { $0.readyState == .live } }

  public func getTracks() -> [MediaStreamTrack] { state.withLock { $0.tracks } }
  public func getVideoTracks() -> [MediaStreamTrack] { getTracks().filter { $0.kind == .video } }
  public func getAudioTracks() -> [MediaStreamTrack] { getTracks().filter { $0.kind == .audio } }
  public func getTrackById(_ id: String) -> MediaStreamTrack? { getTracks().first { $0.id == id } }

  /// Adds `track` unless it is in the stream already. Sends no event, as the specification says.
  public func addTrack(_ track: MediaStreamTrack) { _ = add(track) }

  /// Removes `track` without stopping it. Sends no event, as the specification says.
  public func removeTrack(_ track: MediaStreamTrack) { _ = remove(track) }

  /// A stream with a new id, of clones of the tracks.
  public func clone() -> MediaStream { MediaStream(getTracks().map { $0.clone() }) }

  /// The events from now on; ends with the stream.
  public var events: AsyncStream<Event> { broadcaster.listen() }

  // MARK: - For the library

  /// Adds a track on behalf of a remote peer.
  package func addRemoteTrack(_ track: MediaStreamTrack) { if add(track) { broadcaster.send(.addtrack(track)) } }

  /// Removes a track on behalf of a remote peer.
  package func removeRemoteTrack(_ track: MediaStreamTrack) {
    if remove(track) { broadcaster.send(.removetrack(track)) }
  }

  /// Calls `body` whenever a track was added or removed, on the thread that did so, until `stopObserving`.
  package func observe(_ observer: AnyObject, _ body: @escaping @Sendable () -> Void) {
    state.withLock { $0.observers.append((ObjectIdentifier(observer), body)) }
  }

  package func stopObserving(_ observer: AnyObject) {
    state.withLock { $0.observers.removeAll { $0.id == ObjectIdentifier(observer) } }
  }

  private func add(_ track: MediaStreamTrack) -> Bool {
    let isNew = state.withLock { state in
      guard !state.tracks.contains(where: { $0.id == track.id }) else { return false }
      state.tracks.append(track)
      return true
    }
    guard isNew else { return false }
    track.observe(self) { [weak self] in self?.checkActivity() }
    tracksChanged()
    return true
  }

  private func remove(_ track: MediaStreamTrack) -> Bool {
    let wasThere = state.withLock { state in
      let count = state.tracks.count
      state.tracks.removeAll { $0.id == track.id }
      return state.tracks.count < count
    }
    guard wasThere else { return false }
    track.stopObserving(self)
    tracksChanged()
    return true
  }

  private func tracksChanged() {
    checkActivity()
    for observer in state.withLock({ $0.observers }) { observer.call() }
  }

  private func checkActivity() {
    let isActive = active
    let wasActive = state.withLock { state in
      defer { state.isActive = isActive }
      return state.isActive
    }
    if wasActive, !isActive { broadcaster.send(.ended) }
  }
}
