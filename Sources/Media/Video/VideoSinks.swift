#if canImport(Glibc)
  import Glibc
#endif

/// The sinks of a video source that sends its pictures on one thread.
package final class VideoSinks: Sendable {
  private struct Attached {
    let sink: any VideoSink
    /// Whether it has received no picture yet.
    var isNew = true
  }

  private struct State {
    var attached: [Attached] = []
    /// The sink whose `receive` is running, and the thread that runs it.
    var calling: ObjectIdentifier?
    var thread: pthread_t?
    var hasEnded = false
  }

  private let state = Monitor(State())

  package init() {}

  package var isEmpty: Bool { state.withLock { $0.attached.isEmpty } }

  /// Whether any sink waits for its first picture.
  package var hasNew: Bool { state.withLock { $0.attached.contains { $0.isNew } } }

  /// Adds a sink unless it is attached already. After `end`, calls its `sourceEnded` instead.
  package func attach(_ sink: any VideoSink) {
    let hasEnded = state.withLock { state in
      guard !state.hasEnded else { return true }
      if !state.attached.contains(where: { $0.sink === sink }) { state.attached.append(Attached(sink: sink)) }
      return false
    }
    if hasEnded { sink.sourceEnded() }
  }

  /// Removes a sink. When this returns, its `receive` is not running, unless this was called from it.
  package func detach(_ sink: any VideoSink) {
    let isCalling = state.withLock { state in
      state.attached.removeAll { $0.sink === sink }
      return state.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
    }
    if isCalling { return }
    _ = state.wait { $0.calling == ObjectIdentifier(sink) ? nil : true }
  }

  /// Sends a picture to the sinks: as wholly dirty to new ones; to the others only if `frame.dirty` is not empty.
  /// - Returns: whether any sink received it.
  package func deliver(_ frame: borrowing VideoFrame) -> Bool {
    let all = DirtyRegion(PixelRect(frame.size))
    var isDelivered = false
    for sink in state.withLock({ $0.attached.map(\.sink) }) {
      let isNew: Bool? = state.withLock { state in
        // It may have been detached in the meantime.
        guard let index = state.attached.firstIndex(where: { $0.sink === sink }) else { return nil }
        defer { state.attached[index].isNew = false }
        state.calling = ObjectIdentifier(sink)
        state.thread = pthread_self()
        return state.attached[index].isNew
      }
      guard let isNew else { continue }
      let dirty = isNew ? all : frame.dirty
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

  /// Detaches all sinks and attaches no more.
  /// - Returns: the sinks whose `sourceEnded` the caller has to call, after it has sent its `ended` event.
  package func end() -> [any VideoSink] {
    state.withLock { state in
      state.hasEnded = true
      defer { state.attached = [] }
      return state.attached.map(\.sink)
    }
  }
}
