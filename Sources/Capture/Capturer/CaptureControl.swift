import Glibc
import Media

/// The state that a capturer's thread shares with other threads: sinks, requested settings, current settings and statistics.
final class CaptureControl: Sendable {
  private struct State {
    /// The X connection's socket, by a duplicated descriptor: other threads cannot know when Xlib closes its own.
    var socket: Int32?
    var settings: MediaTrackSettings
    var statistics: CaptureStatistics
    /// The tracks' requested settings that the thread has not applied yet.
    var requested: RequestedSettings?
  }

  let wakeUp = WakeUp()
  let sinks = Sinks<any VideoSink>()
  private let thread = SourceThread()
  private let state: Monitor<State>

  init(_ options: DisplayMediaStreamOptions) {
    state = Monitor(
      State(
        settings: MediaTrackSettings(
          frameRate: options.frameRate, displaySurface: options.surface.displaySurface, cursor: options.cursor),
        statistics: CaptureStatistics(method: .image, detection: .damage)))
  }

  // MARK: Any thread

  var events: EventBroadcaster<MediaSourceEvent> { thread.events }
  var settings: MediaTrackSettings { state.withLock { $0.settings } }
  var statistics: CaptureStatistics { state.withLock { $0.statistics } }

  func attach(_ sink: any VideoSink) {
    sinks.attach(sink)
    wakeUp.signal()
  }

  func apply(_ requested: RequestedSettings) {
    state.withLock { state in
      state.settings.frameRate = requested.frameRate ?? state.settings.frameRate
      state.settings.cursor = requested.cursor ?? state.settings.cursor
      state.requested = requested
    }
    wakeUp.signal()
  }

  func stop() {
    let mustWait = thread.requestStop()
    wakeUp.signal()
    guard mustWait, !thread.waitForEnd(until: .now + .milliseconds(500)) else { return }
    // The thread waits for a server that does not answer; closing the socket ends the wait.
    state.withLock { state in
      if let socket = state.socket { shutdown(socket, Int32(SHUT_RDWR)) }
    }
    _ = thread.waitForEnd(until: .now + .milliseconds(2000))
  }

  // MARK: The capture thread

  /// What the thread has to do now.
  enum Demand { case stop, sleep, pictures, pictureAtOnce }

  var demand: Demand {
    if thread.isStopping { return .stop }
    if sinks.isEmpty { return .sleep }
    return sinks.hasNew ? .pictureAtOnce : .pictures
  }

  /// The tracks' requested settings, if they have changed since the last call.
  func takeRequested() -> RequestedSettings? { state.withLock { $0.requested.take() } }

  /// To be called when the thread begins.
  func begin(socket: Int32, size: PixelSize, _ statistics: CaptureStatistics) {
    state.withLock { $0.socket = dup(socket) }
    thread.begin()
    publish(size, statistics)
  }

  func publish(_ size: PixelSize, _ statistics: CaptureStatistics) {
    state.withLock { state in
      state.settings.width = size.width
      state.settings.height = size.height
      state.statistics = statistics
    }
  }

  /// To be called when the thread ends, after it has released its resources in the X server.
  func end(_ reason: MediaSourceEvent.EndReason) {
    let attached = sinks.end()
    state.withLock { state in
      if let socket = state.socket { close(socket) }
      state.socket = nil
    }
    thread.end(reason) { for sink in attached { sink.sourceEnded() } }
  }
}
