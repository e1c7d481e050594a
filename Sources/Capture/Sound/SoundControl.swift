import Media

/// The state that a sound capturer's thread shares with other threads.
final class SoundControl: Sendable {
  private struct State {
    /// Nil while the loop does not exist.
    var loop: PulseLoop.Waker?
    var settings = MediaTrackSettings(sampleRate: AudioFrame.sampleRate, channelCount: 2)
    var statistics = SoundStatistics()
  }

  let sinks = Sinks<any AudioSink>()
  private let thread = SourceThread()
  private let state = Monitor(State())

  // MARK: Any thread

  var events: EventBroadcaster<MediaSourceEvent> { thread.events }
  var settings: MediaTrackSettings { state.withLock { $0.settings } }
  var statistics: SoundStatistics { state.withLock { $0.statistics } }

  func stop() {
    let mustWait = thread.requestStop()
    // Locked: the loop exists until `end`.
    state.withLock { $0.loop?.wake() }
    if mustWait { _ = thread.waitForEnd(until: .now + .milliseconds(2000)) }
  }

  // MARK: The sound thread

  var isStopping: Bool { thread.isStopping }

  func begin(_ loop: PulseLoop) {
    state.withLock { $0.loop = loop.waker }
    thread.begin()
  }

  func publish(deviceId: String?, channelCount: Int) {
    state.withLock { state in
      state.settings.deviceId = deviceId
      state.settings.channelCount = channelCount
    }
  }

  func publish(_ statistics: SoundStatistics) { state.withLock { $0.statistics = statistics } }

  /// To be called when the thread ends.
  func end() {
    state.withLock { $0.loop = nil }
    let attached = sinks.end()
    thread.end(.stopped) { for sink in attached { sink.sourceEnded() } }
  }
}
