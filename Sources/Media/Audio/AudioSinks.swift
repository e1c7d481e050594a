#if canImport(Glibc)
  import Glibc
#endif

/// The sinks of an audio source whose sound comes on one thread.
package final class AudioSinks: Sendable {
  private struct State {
    var sinks: [any AudioSink] = []
    /// The sink whose `receive` is under way, and the thread that it is on.
    var calling: ObjectIdentifier?
    var thread: pthread_t?
    var isOver = false
  }

  private let state = Monitor(State())

  package init() {}

  package var isEmpty: Bool { state.withLock { $0.sinks.isEmpty } }

  /// Adds a sink, once; after the end it is told so.
  package func attach(_ sink: any AudioSink) {
    let isOver = state.withLock { state in
      if !state.isOver, !state.sinks.contains(where: { $0 === sink }) { state.sinks.append(sink) }
      return state.isOver
    }
    if isOver { sink.sourceEnded() }
  }

  /// Removes a sink; when this returns, no call of it is under way, but for one that this is called from.
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
        // It may have been detached meanwhile.
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

  /// Takes no more sinks.
  /// - Returns: those that there are, to be told of the end once whoever has to hear of it before them has.
  package func end() -> [any AudioSink] {
    state.withLock { state in
      state.isOver = true
      defer { state.sinks = [] }
      return state.sinks
    }
  }
}
