import Glibc
import Media

/// What a capturer's thread and everyone else share: sinks, wishes, and what is known about the capture.
final class CaptureControl: Sendable {
  private struct State {
    var isStopping = false
    /// Everyone has been told.
    var hasEnded = false
    var thread: pthread_t?
    /// The X connection's socket, by a descriptor of our own, for no one else can tell when Xlib closes its.
    var socket: Int32?
    var settings: MediaTrackSettings
    var statistics: CaptureStatistics
    /// What the tracks wish for and the thread has not heard of.
    var wishes: MediaSourceWishes?

    /// Whether the caller is the capture thread.
    var isThread: Bool { thread.map { pthread_equal($0, pthread_self()) != 0 } ?? false }
  }

  let events = EventBroadcaster<MediaSourceEvent>()
  let wakeUp = WakeUp()
  let sinks = VideoSinks()
  private let state: Monitor<State>

  init(_ options: DisplayMediaStreamOptions) {
    state = Monitor(
      State(
        settings: MediaTrackSettings(
          frameRate: options.frameRate, displaySurface: options.surface.displaySurface, cursor: options.cursor),
        statistics: CaptureStatistics(method: .image, detection: .damage)))
  }

  // MARK: Any thread

  var settings: MediaTrackSettings { state.withLock { $0.settings } }
  var statistics: CaptureStatistics { state.withLock { $0.statistics } }

  func attach(_ sink: any VideoSink) {
    sinks.attach(sink)
    wakeUp.signal()
  }

  func adopt(_ wishes: MediaSourceWishes) {
    state.withLock { state in
      state.settings.frameRate = wishes.frameRate ?? state.settings.frameRate
      state.settings.cursor = wishes.cursor ?? state.settings.cursor
      state.wishes = wishes
    }
    wakeUp.signal()
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
    if state.withLock({ $0.isStopping }) { return .stop }
    if sinks.isEmpty { return .sleep }
    return sinks.hasFresh ? .pictureAtOnce : .pictures
  }

  /// What the tracks wish for, if that has changed since the last call.
  func takeWishes() -> MediaSourceWishes? { state.withLock { $0.wishes.take() } }

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

  /// The thread is done, and has given back what the X server held for it.
  func end(_ reason: MediaSourceEvent.EndReason) {
    let told = sinks.end()
    state.withLock { state in
      if let socket = state.socket { close(socket) }
      state.socket = nil
    }
    events.send(.ended(reason))
    for sink in told { sink.sourceEnded() }
    events.finish()
    state.update { $0.hasEnded = true }
  }
}
