#if canImport(Glibc)
  import Glibc
#endif

/// The sinks of a video source whose pictures come on one thread: who is attached, who has had a picture, whose turn it is.
package final class VideoSinks: Sendable {
  private struct Attached {
    let sink: any VideoSink
    /// Whether it has not had a picture yet.
    var isFresh = true
  }

  private struct State {
    var attached: [Attached] = []
    /// The sink whose `receive` is under way, and the thread that it is on.
    var calling: ObjectIdentifier?
    var thread: pthread_t?
    var isOver = false
  }

  private let state = Monitor(State())

  package init() {}

  package var isEmpty: Bool { state.withLock { $0.attached.isEmpty } }

  /// Whether any sink waits for its first picture.
  package var hasFresh: Bool { state.withLock { $0.attached.contains { $0.isFresh } } }

  /// Adds a sink, once; after the end it is told so.
  package func attach(_ sink: any VideoSink) {
    let isOver = state.withLock { state in
      guard !state.isOver else { return true }
      if !state.attached.contains(where: { $0.sink === sink }) { state.attached.append(Attached(sink: sink)) }
      return false
    }
    if isOver { sink.sourceEnded() }
  }

  /// Removes a sink; when this returns, no call of it is under way, but for one that this is called from.
  package func detach(_ sink: any VideoSink) {
    let isCalling = state.withLock { state in
      state.attached.removeAll { $0.sink === sink }
      return state.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
    }
    if isCalling { return }
    _ = state.wait { $0.calling == ObjectIdentifier(sink) ? nil : true }
  }

  /// Sends a picture: to sinks that had one before if `frame.dirty` holds anything, whole to those that had none.
  /// - Returns: whether anyone got it.
  package func deliver(_ frame: borrowing VideoFrame) -> Bool {
    let all = DirtyRegion(PixelRect(frame.size))
    var isDelivered = false
    for sink in state.withLock({ $0.attached.map(\.sink) }) {
      let isFresh: Bool? = state.withLock { state in
        // It may have been detached meanwhile.
        guard let index = state.attached.firstIndex(where: { $0.sink === sink }) else { return nil }
        defer { state.attached[index].isFresh = false }
        state.calling = ObjectIdentifier(sink)
        state.thread = pthread_self()
        return state.attached[index].isFresh
      }
      guard let isFresh else { continue }
      let dirty = isFresh ? all : frame.dirty
      if dirty.isEmpty {
        sink.foundUnchanged(at: frame.timestamp, captureTime: frame.captureTime)
      } else {
        sink.receive(
          VideoFrame(
            pixels: frame.pixels, bytesPerRow: frame.bytesPerRow, size: frame.size, dirty: dirty,
            timestamp: frame.timestamp, captureTime: frame.captureTime))
        isDelivered = true
      }
      state.update { state in
        state.calling = nil
        state.thread = nil
      }
    }
    return isDelivered
  }

  /// Takes no more sinks. Those that there are get nothing more until `tellEnd`.
  /// - Returns: what is left to be done, once whoever has to hear of the end before the sinks has.
  package func end() -> [any VideoSink] {
    state.withLock { state in
      state.isOver = true
      defer { state.attached = [] }
      return state.attached.map(\.sink)
    }
  }
}
