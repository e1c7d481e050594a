import Glibc
import Media

/// What a capturer's thread and everyone else share: sinks, wishes, and what is known about the capture.
final class CaptureControl: Sendable {
  private struct Attached {
    let sink: any VideoSink
    /// Whether it has not had a picture yet.
    var isFresh = true
  }

  private struct State {
    var sinks: [Attached] = []
    /// The sink whose `receive` is under way.
    var calling: ObjectIdentifier?
    var isStopping = false
    /// No more pictures will come.
    var isOver = false
    /// Everyone has been told.
    var hasEnded = false
    var thread: pthread_t?
    /// The X connection's socket, by a descriptor of our own, for no one else can tell when Xlib closes its.
    var socket: Int32?
    var settings: MediaTrackSettings
    var statistics: CaptureStatistics

    /// Whether the caller is the capture thread.
    var isThread: Bool { thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
  }

  let events = EventBroadcaster<MediaSourceEvent>()
  let wakeUp = WakeUp()
  private let state: Monitor<State>

  init(_ options: DisplayMediaStreamOptions) {
    state = Monitor(
      State(
        settings: MediaTrackSettings(
          frameRate: options.frameRate, displaySurface: .monitor, cursor: options.cursor),
        statistics: CaptureStatistics(method: .image, detection: .damage)))
  }

  // MARK: Any thread

  var settings: MediaTrackSettings { state.withLock { $0.settings } }
  var statistics: CaptureStatistics { state.withLock { $0.statistics } }

  func attach(_ sink: any VideoSink) {
    let isOver = state.withLock { state in
      guard !state.isOver else { return true }
      if !state.sinks.contains(where: { $0.sink === sink }) { state.sinks.append(Attached(sink: sink)) }
      return false
    }
    if isOver { sink.sourceEnded() } else { wakeUp.signal() }
  }

  func detach(_ sink: any VideoSink) {
    let isCapturing = state.withLock { state in
      state.sinks.removeAll { $0.sink === sink }
      return state.isThread
    }
    // A sink that detaches itself from within `receive` must not wait for itself.
    if isCapturing { return }
    _ = state.wait { $0.calling == ObjectIdentifier(sink) ? nil : true }
  }

  func stop() {
    let mustWait = state.withLock { state in
      state.isStopping = true
      return state.thread != nil && !state.isThread
    }
    wakeUp.signal()
    guard mustWait else { return }
    let hasEnded = state.wait(until: MediaTime.now + .milliseconds(500)) { $0.hasEnded ? true : nil }
    if hasEnded != nil { return }
    // The thread waits for a server that does not answer; without its socket it waits no more.
    state.withLock { state in
      if let socket = state.socket { shutdown(socket, Int32(SHUT_RDWR)) }
    }
    _ = state.wait(until: MediaTime.now + .milliseconds(2000)) { $0.hasEnded ? true : nil }
  }

  // MARK: The capture thread

  /// What is wanted of the thread now.
  enum Demand { case stop, sleep, pictures, pictureAtOnce }

  var demand: Demand {
    state.withLock { state in
      if state.isStopping { return .stop }
      if state.sinks.isEmpty { return .sleep }
      return state.sinks.contains { $0.isFresh } ? .pictureAtOnce : .pictures
    }
  }

  /// The thread begins.
  func begin(socket: Int32, size: PixelSize, _ statistics: CaptureStatistics) {
    state.withLock { state in
      state.thread = pthread_self()
      state.socket = dup(socket)
    }
    publish(size, statistics)
  }

  func publish(_ size: PixelSize, _ statistics: CaptureStatistics) {
    state.withLock { state in
      state.settings.width = size.width
      state.settings.height = size.height
      state.statistics = statistics
    }
  }

  /// Sends a picture: to sinks that had one before if `dirty` holds anything, whole to those that had none.
  /// - Returns: whether anyone got it.
  func deliver(
    _ picture: PixelBlock, _ size: PixelSize, _ dirty: DirtyRegion, _ timestamp: MediaTime, captureTime: MediaTime
  ) -> Bool {
    let all = DirtyRegion(PixelRect(size))
    var isDelivered = false
    for sink in state.withLock({ $0.sinks.map(\.sink) }) {
      let part: DirtyRegion? = state.withLock { state in
        // It may have been detached meanwhile.
        guard let index = state.sinks.firstIndex(where: { $0.sink === sink }) else { return nil }
        let part = state.sinks[index].isFresh ? all : dirty
        state.sinks[index].isFresh = false
        state.calling = ObjectIdentifier(sink)
        return part
      }
      guard let part else { continue }
      if part.isEmpty {
        sink.foundUnchanged(at: timestamp, captureTime: captureTime)
      } else {
        sink.receive(
          VideoFrame(
            pixels: picture.base, bytesPerRow: picture.bytesPerRow, size: size, dirty: part, timestamp: timestamp,
            captureTime: captureTime))
        isDelivered = true
      }
      state.update { $0.calling = nil }
    }
    return isDelivered
  }

  /// The thread is done, and has given back what the X server held for it.
  func end(_ reason: MediaSourceEvent.EndReason) {
    let sinks = state.withLock { state in
      state.isOver = true
      if let socket = state.socket { close(socket) }
      state.socket = nil
      defer { state.sinks = [] }
      return state.sinks
    }
    events.send(.ended(reason))
    for attached in sinks { attached.sink.sourceEnded() }
    events.finish()
    state.update { $0.hasEnded = true }
  }
}
