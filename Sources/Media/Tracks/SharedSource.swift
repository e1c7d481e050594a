/// A source and its tracks: a track, its clones, and theirs. The source ends when the last of them is stopped.
final class SharedSource: Sendable {
  private struct State {
    /// The live tracks by their ids, and the rate that each requests.
    var frameRates: [String: Double?] = [:]
    var cursor: CursorCapture?
    /// The source's present rate.
    var frameRate: Double?
  }

  let source: any MediaSource
  /// The source's rate if no track requests another.
  let initialFrameRate: Double?
  let deviceId = randomIdentifier()
  let groupId = randomIdentifier()
  private let state: Monitor<State>

  init(_ source: any MediaSource) {
    self.source = source
    initialFrameRate = source.settings.frameRate
    state = Monitor(State(frameRate: initialFrameRate))
  }

  /// - Parameter origin: the track that `track` is a clone of, whose requested rate it copies.
  func join(_ track: String, like origin: String?) {
    state.withLock { state in
      let frameRate = origin.flatMap { state.frameRates[$0] ?? nil }
      state.frameRates[track] = .some(frameRate)
    }
  }

  /// - Parameter isStopped: whether the track was stopped, rather than released.
  func leave(_ track: String, isStopped: Bool) {
    let isLast = state.withLock { state in
      state.frameRates.removeValue(forKey: track) != nil && state.frameRates.isEmpty
    }
    if isLast, isStopped { source.stop() } else { applyRequested() }
  }

  func request(_ track: String, frameRate: Double?, cursor: CursorCapture?) {
    state.withLock { state in
      guard state.frameRates[track] != nil else { return }
      state.frameRates[track] = .some(frameRate)
      state.cursor = cursor ?? state.cursor
    }
    applyRequested()
  }

  /// The rate that a track's encoder has to apply; nil if the source applies it.
  func frameRateLimit(of track: String) -> Double? {
    state.withLock { state in
      guard let wanted = state.frameRates[track] ?? nil, let frameRate = state.frameRate else { return nil }
      return wanted < frameRate ? wanted : nil
    }
  }

  private func applyRequested() {
    let requested: RequestedSettings? = state.withLock { state in
      let rates = state.frameRates.values.compactMap { $0 ?? initialFrameRate }
      guard let frameRate = rates.max() else { return nil }
      return RequestedSettings(frameRate: frameRate, cursor: state.cursor)
    }
    guard let requested, source.apply(requested) else { return }
    state.withLock { $0.frameRate = requested.frameRate }
  }
}
