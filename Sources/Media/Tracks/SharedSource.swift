/// A source and the tracks that hold it: a track, its clones, and theirs. It ends when the last of them is stopped.
final class SharedSource: Sendable {
  private struct State {
    /// The live tracks by their names, and the rate that each wants.
    var frameRates: [String: Double?] = [:]
    var cursor: CursorCapture?
    /// The rate the source gives.
    var frameRate: Double?
  }

  let source: any MediaSource
  /// What the source gives where nobody wishes for another rate.
  let initialFrameRate: Double?
  let deviceId = randomIdentifier()
  let groupId = randomIdentifier()
  private let state: Monitor<State>

  init(_ source: any MediaSource) {
    self.source = source
    initialFrameRate = source.settings.frameRate
    state = Monitor(State(frameRate: initialFrameRate))
  }

  /// - Parameter origin: the track that `track` is a clone of, whose wishes it shares.
  func join(_ track: String, like origin: String?) {
    state.withLock { state in
      let frameRate = origin.flatMap { state.frameRates[$0] ?? nil }
      state.frameRates[track] = .some(frameRate)
    }
  }

  /// - Parameter isStopped: whether it was stopped, rather than let go of.
  func leave(_ track: String, isStopped: Bool) {
    let isLast = state.withLock { state in
      state.frameRates.removeValue(forKey: track) != nil && state.frameRates.isEmpty
    }
    if isLast, isStopped { source.stop() } else { tellWishes() }
  }

  func wish(_ track: String, frameRate: Double?, cursor: CursorCapture?) {
    state.withLock { state in
      guard state.frameRates[track] != nil else { return }
      state.frameRates[track] = .some(frameRate)
      state.cursor = cursor ?? state.cursor
    }
    tellWishes()
  }

  /// The rate a track has to be held to; nil where the source sees to it.
  func frameRateLimit(of track: String) -> Double? {
    state.withLock { state in
      guard let wanted = state.frameRates[track] ?? nil, let frameRate = state.frameRate else { return nil }
      return wanted < frameRate ? wanted : nil
    }
  }

  private func tellWishes() {
    let wishes: MediaSourceWishes? = state.withLock { state in
      let rates = state.frameRates.values.compactMap { $0 ?? initialFrameRate }
      guard let frameRate = rates.max() else { return nil }
      return MediaSourceWishes(frameRate: frameRate, cursor: state.cursor)
    }
    guard let wishes, source.adopt(wishes) else { return }
    state.withLock { $0.frameRate = wishes.frameRate }
  }
}
