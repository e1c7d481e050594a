internal import Media

/// The source of a remote track: passes the frames that its receiver assembles to all attached sinks.
final class RemoteTrackSource: EncodedSource {
  private struct Listener {
    let sink: any EncodedSink
    var awaitsKeyFrame = true
  }

  private struct State {
    var listeners: [Listener] = []
    var size: PixelSize?
    var isMuted = false
    var hasEnded = false
  }

  let events = EventBroadcaster<MediaSourceEvent>()
  private let state = Monitor(State())
  private let askForKeyFrame: @Sendable () -> Void

  /// - Parameter askForKeyFrame: called from any thread.
  init(askForKeyFrame: @escaping @Sendable () -> Void) { self.askForKeyFrame = askForKeyFrame }

  var settings: MediaTrackSettings {
    let size = state.withLock { $0.size }
    return MediaTrackSettings(width: size?.width, height: size?.height)
  }

  func attach(_ sink: any EncodedSink) {
    let isLive = state.withLock { state in
      if !state.hasEnded { state.listeners.append(Listener(sink: sink)) }
      return !state.hasEnded
    }
    if isLive { askForKeyFrame() } else { sink.sourceEnded() }
  }

  func detach(_ sink: any EncodedSink) { state.withLock { $0.listeners.removeAll { $0.sink === sink } } }

  func requestKeyFrame() { askForKeyFrame() }

  func stop() { end(.stopped) }

  // MARK: - On the network thread

  func receive(_ frame: EncodedFrame) {
    let (sinks, wasMuted) = state.withLock { state in
      defer { state.isMuted = false }
      if let size = frame.size { state.size = size }
      for index in state.listeners.indices where frame.isKeyFrame { state.listeners[index].awaitsKeyFrame = false }
      return (state.listeners.filter { !$0.awaitsKeyFrame }.map(\.sink), state.isMuted)
    }
    if wasMuted { events.send(.unmuted) }
    for sink in sinks { sink.receive(frame) }
  }

  /// The peer has stopped sending, perhaps for a while.
  func mute() {
    let wasMuted = state.withLock { state in
      defer { state.isMuted = true }
      return state.isMuted || state.hasEnded
    }
    if !wasMuted { events.send(.muted) }
  }

  func end(_ reason: MediaSourceEvent.EndReason) {
    let listeners = state.withLock { state in
      defer {
        state.hasEnded = true
        state.listeners = []
      }
      return state.hasEnded ? nil : state.listeners
    }
    guard let listeners else { return }
    events.send(.ended(reason))
    events.finish()
    for listener in listeners { listener.sink.sourceEnded() }
  }
}
