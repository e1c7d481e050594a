#if canImport(Glibc)
  import Glibc
#endif

/// The sinks of an audio source whose sound comes on one thread.
package final class AudioSinks: Sendable {
  private struct State {
    var sinks: [any AudioSink] = []
    /// The sink whose `receive` is running, and the thread that runs it.
    var calling: ObjectIdentifier?
    var thread: pthread_t?
    var hasEnded = false
  }

  private let state = Monitor(State())

  package init() {}

  package var isEmpty: Bool { state.withLock { $0.sinks.isEmpty } }

  /// Adds a sink unless it is attached already. After `end`, calls its `sourceEnded` instead.
  package func attach(_ sink: any AudioSink) {
    let hasEnded = state.withLock { state in
      if !state.hasEnded, !state.sinks.contains(where: { $0 === sink }) { state.sinks.append(sink) }
      return state.hasEnded
    }
    if hasEnded { sink.sourceEnded() }
  }

  /// Removes a sink. When this returns, its `receive` is not running, unless this was called from it.
  package func detach(_ sink: any AudioSink) {
    let isCalling = state.withLock { state in
      state.sinks.removeAll { $0 === sink }
      return state.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
    }
    if isCalling { return }
    _ = state.wait { $0.calling == ObjectIdentifier(sink) ? nil : true }
  }

  package func deliver(_ frame: borrowing AudioFrame) {
    for sink in state.withLock({ $0.sinks }) {
      let isAttached = state.withLock { state in
        // It may have been detached in the meantime.
        guard state.sinks.contains(where: { $0 === sink }) else { return false }
        state.calling = ObjectIdentifier(sink)
        state.thread = pthread_self()
        return true
      }
      guard isAttached else { continue }
      sink.receive(
        AudioFrame(samples: frame.samples, channelCount: frame.channelCount, timestamp: frame.timestamp))
      state.update { state in
        state.calling = nil
        state.thread = nil
      }
    }
  }

  /// Detaches all sinks and attaches no more.
  /// - Returns: the sinks whose `sourceEnded` the caller has to call, after it has sent its `ended` event.
  package func end() -> [any AudioSink] {
    state.withLock { state in
      state.hasEnded = true
      defer { state.sinks = [] }
      return state.sinks
    }
  }
}
