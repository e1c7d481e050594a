/// Sends a canvas's pictures to sinks, on the thread "oriel-canvas", which sleeps while nothing is painted.
final class CanvasShowing: Sendable {
  private struct State {
    var frameRate: Double
    var pacer: FramePacer
    /// Painted and not sent yet.
    var dirty = DirtyRegion()
    var isRunning = false
    var isStopped = false
  }

  private enum Step {
    case show(DirtyRegion)
    case wait(until: MediaTime)
    case stop
  }

  let store: CanvasStore
  let sinks = Sinks<any VideoSink>()
  let events = EventBroadcaster<MediaSourceEvent>()
  private let state: Monitor<State>

  init(_ store: CanvasStore, frameRate: Double) {
    self.store = store
    state = Monitor(State(frameRate: frameRate, pacer: FramePacer(frameRate: frameRate, now: .now)))
  }

  var frameRate: Double { state.withLock { $0.frameRate } }

  func change(frameRate: Double) {
    state.update { state in
      state.frameRate = frameRate
      state.pacer.change(frameRate: frameRate, now: .now)
    }
  }

  func changed(_ rect: PixelRect) { state.update { $0.dirty.add(rect) } }

  func attach(_ sink: any VideoSink) {
    sinks.attach(sink)
    let mustStart = state.update { state in
      defer { state.isRunning = true }
      return !state.isRunning && !state.isStopped
    }
    if mustStart { _ = NamedThread("oriel-canvas") { [self] in run() } }
  }

  func stop() {
    let isIdle: Bool = state.update { state in
      guard !state.isStopped else { return false }
      state.isStopped = true
      return !state.isRunning
    }
    if isIdle { finish() }
  }

  private func run() {
    var deadline: MediaTime?
    while true {
      let step = state.wait(until: deadline) { nextStep(&$0, deadline) }
      deadline = nil
      switch step {
      case .show(let dirty):
        store.read { pixels in
          _ = sinks.deliver(
            VideoFrame(
              pixels: pixels, bytesPerRow: store.size.width * 4, size: store.size, dirty: dirty, timestamp: .now))
        }
      case .wait(let time): deadline = time
      case .stop: return finish()
      case nil: break
      }
    }
  }

  /// What to do now; nil for nothing before `deadline`. Takes the lock of `sinks` while holding its own; never the reverse.
  private func nextStep(_ state: inout State, _ deadline: MediaTime?) -> Step? {
    if state.isStopped { return .stop }
    guard !sinks.isEmpty else { return nil }
    let now = MediaTime.now
    let isDue = !state.dirty.isEmpty && state.pacer.isDue(now)
    if isDue || sinks.hasNew {
      if isDue { state.pacer.tookFrame(at: now) }
      defer { state.dirty.removeAll() }
      return .show(state.dirty)
    }
    return state.dirty.isEmpty || deadline == state.pacer.next ? nil : .wait(until: state.pacer.next)
  }

  private func finish() {
    store.remove(self)
    let attached = sinks.end()
    events.send(.ended(.stopped))
    for sink in attached { sink.sourceEnded() }
    events.finish()
  }
}
