#if canImport(Glibc)
  import Glibc
#endif

/// The sinks of a source that calls them on one thread: `any VideoSink`, or `any AudioSink`.
package final class Sinks<Sink: Sendable>: Sendable {
  private struct Attached {
    let id: ObjectIdentifier
    let sink: Sink
    /// Whether it has received nothing yet.
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

  /// Whether any sink waits for its first frame.
  package var hasNew: Bool { state.withLock { $0.attached.contains { $0.isNew } } }

  /// Detaches all sinks and attaches no more.
  /// - Returns: the sinks whose `sourceEnded` the caller has to call, after it has sent its `ended` event.
  package func end() -> [Sink] {
    state.withLock { state in
      state.hasEnded = true
      defer { state.attached = [] }
      return state.attached.map(\.sink)
    }
  }

  // A protocol's existential is no `AnyObject` to a generic type, so the sinks' identities come from the extensions below.

  /// Adds a sink unless it is attached already. False after `end`.
  private func add(_ sink: Sink, _ id: ObjectIdentifier) -> Bool {
    state.withLock { state in
      guard !state.hasEnded else { return false }
      if !state.attached.contains(where: { $0.id == id }) { state.attached.append(Attached(id: id, sink: sink)) }
      return true
    }
  }

  /// Removes a sink. When this returns, `call` is not calling it, unless this was called from within that call.
  private func remove(_ id: ObjectIdentifier) {
    let isCalling = state.withLock { state in
      state.attached.removeAll { $0.id == id }
      return state.thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false
    }
    if isCalling { return }
    _ = state.wait { $0.calling == id ? nil : true }
  }

  /// Calls each sink in turn, without the lock held.
  private func call(_ body: (_ sink: Sink, _ isNew: Bool) -> Void) {
    for attached in state.withLock({ $0.attached }) {
      let isNew: Bool? = state.withLock { state in
        // It may have been detached in the meantime.
        guard let index = state.attached.firstIndex(where: { $0.id == attached.id }) else { return nil }
        state.calling = attached.id
        state.thread = pthread_self()
        guard state.attached[index].isNew else { return false }
        state.attached[index].isNew = false
        return true
      }
      guard let isNew else { continue }
      body(attached.sink, isNew)
      state.update { state in
        state.calling = nil
        state.thread = nil
      }
    }
  }
}

extension Sinks where Sink == any VideoSink {
  /// Adds a sink unless it is attached already. After `end`, calls its `sourceEnded` instead.
  package func attach(_ sink: any VideoSink) { if !add(sink, ObjectIdentifier(sink)) { sink.sourceEnded() } }

  /// Removes a sink. When this returns, its `receive` is not running, unless this was called from it.
  package func detach(_ sink: any VideoSink) { remove(ObjectIdentifier(sink)) }

  /// Sends a picture to the sinks: as wholly dirty to new ones; to the others only if `frame.dirty` is not empty.
  /// - Returns: whether any sink received it.
  package func deliver(_ frame: borrowing VideoFrame) -> Bool {
    let all = DirtyRegion(PixelRect(frame.size))
    var isDelivered = false
    call { sink, isNew in
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
    }
    return isDelivered
  }
}

extension Sinks where Sink == any AudioSink {
  /// Adds a sink unless it is attached already. After `end`, calls its `sourceEnded` instead.
  package func attach(_ sink: any AudioSink) { if !add(sink, ObjectIdentifier(sink)) { sink.sourceEnded() } }

  /// Removes a sink. When this returns, its `receive` is not running, unless this was called from it.
  package func detach(_ sink: any AudioSink) { remove(ObjectIdentifier(sink)) }

  package func deliver(_ frame: borrowing AudioFrame) {
    // A closure cannot capture the borrowed frame itself.
    let (samples, channelCount, timestamp) = (frame.samples, frame.channelCount, frame.timestamp)
    call { sink, _ in
      sink.receive(AudioFrame(samples: samples, channelCount: channelCount, timestamp: timestamp))
    }
  }
}
