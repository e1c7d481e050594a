public import Media

/// A source of pictures painted by tests. The sinks are called on the thread that paints or attaches, one call at a
/// time.
public final class SyntheticSource: VideoSource {
  private struct State {
    var picture: PaintedPicture
    /// Sinks, and whether they have received the picture.
    var sinks: [(sink: any VideoSink, hasPicture: Bool)] = []
    var isShown: Bool
    var hasEnded = false
    var attached = 0
  }

  public let events = EventBroadcaster<MediaSourceEvent>()
  private let state: Monitor<State>

  /// - Parameter isShown: whether there is a picture from the beginning; else the first `paint` shows one.
  public init(_ picture: PaintedPicture, isShown: Bool = true) {
    state = Monitor(State(picture: picture, isShown: isShown))
  }

  /// Number of attached sinks.
  public var sinkCount: Int { state.withLock { $0.sinks.count } }
  /// Number of calls of `attach` so far.
  public var attachCount: Int { state.withLock { $0.attached } }
  public var picture: PaintedPicture { state.withLock { $0.picture } }

  public var settings: MediaTrackSettings {
    let size = picture.size
    return MediaTrackSettings(width: size.width, height: size.height, frameRate: 30, displaySurface: .monitor)
  }

  public func attach(_ sink: any VideoSink) {
    let hasEnded = state.withLock { state in
      guard !state.hasEnded else { return true }
      state.attached += 1
      state.sinks.append((sink, false))
      Self.deliver(&state, DirtyRegion())
      return false
    }
    if hasEnded { sink.sourceEnded() }
  }

  public func detach(_ sink: any VideoSink) {
    state.withLock { $0.sinks.removeAll { $0.sink === sink } }
  }

  /// Changes the picture and sends it: whole if its size has changed, else the region that `change` returns.
  public func paint(_ change: (inout PaintedPicture) -> DirtyRegion) {
    state.withLock { state in
      let size = state.picture.size
      var dirty = change(&state.picture)
      if state.picture.size != size { dirty = DirtyRegion(PixelRect(state.picture.size)) }
      state.isShown = true
      Self.deliver(&state, dirty)
    }
  }

  /// Fills a rectangle with text-like content.
  public func write(_ rect: PixelRect, seed: UInt64) {
    paint { picture in
      picture.write(rect, seed: seed)
      return DirtyRegion(rect)
    }
  }

  public func stop() { end(.stopped) }

  /// Ends the source, as when its window is closed.
  public func end(_ reason: MediaSourceEvent.EndReason) {
    let wasLive = state.withLock { state in
      guard !state.hasEnded else { return false }
      state.hasEnded = true
      for attached in state.sinks { attached.sink.sourceEnded() }
      state.sinks = []
      return true
    }
    guard wasLive else { return }
    events.send(.ended(reason))
    events.finish()
  }

  private static func deliver(_ state: inout State, _ dirty: DirtyRegion) {
    guard state.isShown, !state.hasEnded else { return }
    let all = DirtyRegion(PixelRect(state.picture.size))
    let now = MediaTime.now
    for index in state.sinks.indices {
      let part = state.sinks[index].hasPicture ? dirty : all
      state.sinks[index].hasPicture = true
      guard !part.isEmpty else { continue }
      let sink = state.sinks[index].sink
      state.picture.withFrame(dirty: part, timestamp: now) { sink.receive($0) }
    }
  }
}
