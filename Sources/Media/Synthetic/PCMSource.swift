/// A source of sound whose samples a program pushes.
///
/// The sinks are called on the thread that pushes, one push at a time.
public final class PCMSource: AudioSource {
  private struct State {
    var sinks: [any AudioSink] = []
    /// The present run of contiguous samples: when the first was captured, and how many there are. Timestamps are computed from
    /// these, so that rounding does not accumulate over the pushes.
    var run: (start: MediaTime, count: Int64)?
    var hasEnded = false
  }

  public let channelCount: Int
  public let events = EventBroadcaster<MediaSourceEvent>()
  private let state = Monitor(State())

  /// - Parameter channelCount: 1 or 2.
  public init(channelCount: Int = 2) {
    precondition((1...2).contains(channelCount), "sound has one or two channels")
    self.channelCount = channelCount
  }

  /// A source that continues a run of `count` samples of each channel since `start`.
  init(channelCount: Int, continuing start: MediaTime, count: Int64) {
    self.channelCount = channelCount
    state.withLock { $0.run = (start, count) }
  }

  public var settings: MediaTrackSettings {
    MediaTrackSettings(sampleRate: AudioFrame.sampleRate, channelCount: channelCount)
  }

  /// Sends samples to the sinks.
  /// - Parameters:
  ///   - samples: interleaved, in −1…1, at 48 kHz; an incomplete frame at the end is dropped.
  ///   - timestamp: when the first was captured; nil for the end of the previous push, or now for the first push.
  public func push(_ samples: [Float], at timestamp: MediaTime? = nil) {
    samples.withUnsafeBufferPointer { samples in
      let count = samples.count / channelCount
      state.withLock { state in
        guard count > 0, !state.hasEnded else { return }
        if timestamp != nil || state.run == nil { state.run = (timestamp ?? .now, 0) }
        guard let run = state.run else { return }
        let start = run.start + MediaTime(ticks: run.count, at: AudioFrame.sampleRate)
        state.run?.count += Int64(count)
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
    let hasEnded = state.withLock { state in
      if !state.hasEnded, !state.sinks.contains(where: { $0 === sink }) { state.sinks.append(sink) }
      return state.hasEnded
    }
    if hasEnded { sink.sourceEnded() }
  }

  public func detach(_ sink: any AudioSink) { state.withLock { $0.sinks.removeAll { $0 === sink } } }

  public func stop() { end(.stopped) }

  /// Ends the sound and its tracks.
  public func end() { end(.surfaceGone) }

  private func end(_ reason: MediaSourceEvent.EndReason) {
    let sinks: [any AudioSink]? = state.withLock { state in
      defer { state = State(hasEnded: true) }
      return state.hasEnded ? nil : state.sinks
    }
    guard let sinks else { return }
    events.send(.ended(reason))
    for sink in sinks { sink.sourceEnded() }
    events.finish()
  }
}
