import Glibc
import Media

/// What a sound capturer's thread and everyone else share.
final class SoundControl: Sendable {
  private struct State {
    var isStopping = false
    /// Everyone has been told, or there was never anything to tell.
    var hasEnded = true
    var thread: pthread_t?
    /// Lives as long as it is here.
    var loop: PulseLoop.Waker?
    var settings = MediaTrackSettings(sampleRate: AudioFrame.sampleRate, channelCount: 2)
    var statistics = SoundStatistics()
  }

  let events = EventBroadcaster<MediaSourceEvent>()
  let sinks = AudioSinks()
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

  /// The thread is done.
  func end() {
    state.withLock { $0.loop = nil }
    let told = sinks.end()
    events.send(.ended(.stopped))
    for sink in told { sink.sourceEnded() }
    events.finish()
    state.update { $0.hasEnded = true }
  }
}
