import Glibc
import Media

/// The state that a sound capturer's thread shares with other threads.
final class SoundControl: Sendable {
  private struct State {
    var isStopping = false
    /// All sinks and listeners have been notified of the end, or capturing has not begun.
    var hasEnded = true
    var thread: pthread_t?
    /// Nil while the loop does not exist.
    var loop: PulseLoop.Waker?
    var settings = MediaTrackSettings(sampleRate: AudioFrame.sampleRate, channelCount: 2)
    var statistics = SoundStatistics()
  }

  let events = EventBroadcaster<MediaSourceEvent>()
  let sinks = Sinks<any AudioSink>()
  private let state = Monitor(State())

  // MARK: Any thread

  var settings: MediaTrackSettings { state.withLock { $0.settings } }
  var statistics: SoundStatistics { state.withLock { $0.statistics } }

  func stop() {
    let mustWait = state.withLock { state in
      state.isStopping = true
      state.loop?.wake()
      return !state.hasEnded && state.thread.map { pthread_equal($0, pthread_self()) == 0 } ?? true
    }
    guard mustWait else { return }
    _ = state.wait(until: MediaTime.now + .milliseconds(2000)) { $0.hasEnded ? true : nil }
  }

  // MARK: The sound thread

  var isStopping: Bool { state.withLock { $0.isStopping } }

  func begin(_ loop: PulseLoop) {
    state.withLock { state in
      state.hasEnded = false
      state.thread = pthread_self()
      state.loop = loop.waker
    }
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
    events.send(.ended(.stopped))
    for sink in attached { sink.sourceEnded() }
    events.finish()
    state.update { $0.hasEnded = true }
  }
}
