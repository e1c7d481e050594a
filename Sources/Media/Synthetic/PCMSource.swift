/// Sound that a program makes: it pushes samples, and a track carries them.
///
/// The sinks are called by whoever pushes, one push at a time.
public final class PCMSource: AudioSource {
  private struct State {
    var sinks: [any AudioSink] = []
    /// When the first of a row of samples without a gap was captured, and how many there are: a row's end does not wander by
    /// what is rounded at each push.
    var row: (start: MediaTime, count: Int64)?
    var isOver = false
  }

  public let channelCount: Int
  public let events = EventBroadcaster<MediaSourceEvent>()
  private let state = Monitor(State())

  /// - Parameter channelCount: 1 or 2.
  public init(channelCount: Int = 2) {
    precondition((1...2).contains(channelCount), "sound has one or two channels")
    self.channelCount = channelCount
  }

  /// One that has pushed `count` samples of each channel without a gap since `start`, though to nobody.
  init(channelCount: Int, continuing start: MediaTime, count: Int64) {
    self.channelCount = channelCount
    state.withLock { $0.row = (start, count) }
  }

  public var settings: MediaTrackSettings {
    MediaTrackSettings(sampleRate: AudioFrame.sampleRate, channelCount: channelCount)
  }

  /// Sends samples on: interleaved, in −1…1, at 48 kHz; what does not fill all channels at the end is left out.
  /// - Parameters:
  ///   - samples: frame after frame, in each the channels in turn.
  ///   - timestamp: when the first was captured; nil, right after what was pushed before, or now.
  public func push(_ samples: [Float], at timestamp: MediaTime? = nil) {
    samples.withUnsafeBufferPointer { samples in
      let count = samples.count / channelCount
      state.withLock { state in
        guard count > 0, !state.isOver else { return }
        if timestamp != nil || state.row == nil { state.row = (timestamp ?? .now, 0) }
        guard let row = state.row else { return }
        let start = row.start + MediaTime(ticks: row.count, at: AudioFrame.sampleRate)
        state.row?.count += Int64(count)
        for sink in state.sinks {
          sink.receive(
            AudioFrame(
              samples: UnsafeBufferPointer(rebasing: samples[..<(count * channelCount)]), channelCount: channelCount,
              timestamp: start))
        }
      }
    }
  }

  public func attach(_ sink: any AudioSink) {
    let isOver = state.withLock { state in
      if !state.isOver, !state.sinks.contains(where: { $0 === sink }) { state.sinks.append(sink) }
      return state.isOver
    }
    if isOver { sink.sourceEnded() }
  }

  public func detach(_ sink: any AudioSink) { state.withLock { $0.sinks.removeAll { $0 === sink } } }

  public func stop() { end(.stopped) }

  /// The sound is over: its tracks end.
  public func end() { end(.surfaceGone) }

  private func end(_ reason: MediaSourceEvent.EndReason) {
    let sinks: [any AudioSink]? = state.withLock { state in
      defer { state = State(isOver: true) }
      return state.isOver ? nil : state.sinks
    }
    guard let sinks else { return }
    events.send(.ended(reason))
    for sink in sinks { sink.sourceEnded() }
    events.finish()
  }
}
