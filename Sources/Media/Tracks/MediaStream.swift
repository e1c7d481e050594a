/// Tracks that belong together. Source: W3C Media Capture and Streams §4.2.
public final class MediaStream: Sendable {
  /// What listeners of `events` hear.
  public enum Event: Sendable {
    /// A track has come that the program did not add itself: a remote peer's.
    case addtrack(MediaStreamTrack)
    /// A track has gone that the program did not remove itself.
    case removetrack(MediaStreamTrack)
    /// No track is live any more, for whatever reason: early versions of the specification's `ended`, browsers' `inactive`.
    case ended
  }

  private struct State {
    var tracks: [MediaStreamTrack]
    var isActive = false
    var observers: [(id: ObjectIdentifier, call: @Sendable () -> Void)] = []
  }

  /// Unique to this stream: 36 characters in a UUID's form; of a remote stream, what its sender says.
  public let id: String
  private let state: Monitor<State>
  private let broadcaster = EventBroadcaster<Event>()

  /// A stream of `tracks`, each once.
  public convenience init(_ tracks: [MediaStreamTrack] = []) { self.init(id: randomIdentifier(), tracks) }

  /// A remote stream, under the name that its sender gave it.
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

  /// Adds `track`; one that is there already is not added twice. No event tells of it, as the specification says.
  public func addTrack(_ track: MediaStreamTrack) { _ = add(track) }

  /// Takes `track` out; the track itself lives on. No event tells of it, as the specification says.
  public func removeTrack(_ track: MediaStreamTrack) { _ = remove(track) }

  /// A stream under a new name, of clones of the tracks.
  public func clone() -> MediaStream { MediaStream(getTracks().map { $0.clone() }) }

  /// This listener's events from now on; ends with the stream.
  public var events: AsyncStream<Event> { broadcaster.listen() }

  // MARK: - For the library

  /// Adds a track on behalf of a remote peer.
  package func addRemoteTrack(_ track: MediaStreamTrack) { if add(track) { broadcaster.send(.addtrack(track)) } }

  /// Takes a track out on behalf of a remote peer.
  package func removeRemoteTrack(_ track: MediaStreamTrack) {
    if remove(track) { broadcaster.send(.removetrack(track)) }
  }

  /// Calls `body` whenever a track has come or gone, on the thread that added or removed it, until `stopObserving`.
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
