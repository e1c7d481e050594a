/// The source of a canvas's stream. Ends when it is stopped or released.
final class CanvasSource: VideoSource {
  private let showing: CanvasShowing

  init(_ store: CanvasStore, frameRate: Double) {
    showing = CanvasShowing(store, frameRate: frameRate)
    store.add(showing)
  }

  deinit { showing.stop() }

  var events: EventBroadcaster<MediaSourceEvent> { showing.events }

  var settings: MediaTrackSettings {
    MediaTrackSettings(
      width: showing.store.size.width, height: showing.store.size.height, frameRate: showing.frameRate)
  }

  var capabilities: MediaTrackCapabilities {
    MediaTrackCapabilities(scaling: settings, frameRates: min(0.1, showing.frameRate)...240)
  }

  func apply(_ requested: RequestedSettings) -> Bool {
    if let frameRate = requested.frameRate { showing.change(frameRate: frameRate) }
    return true
  }

  func attach(_ sink: any VideoSink) { showing.attach(sink) }
  func detach(_ sink: any VideoSink) { showing.sinks.detach(sink) }
  func stop() { showing.stop() }
}

/// A canvas's pixels, and the showings to notify of changes. `@unchecked Sendable`: `pixels` is accessed only with `lock` held.
final class CanvasStore: @unchecked Sendable {
  let size: PixelSize
  private let pixels: UnsafeMutablePointer<UInt32>
  private let lock = Monitor(())
  private let showings = Monitor<[CanvasShowing]>([])

  init(_ size: PixelSize) {
    self.size = size
    pixels = .allocate(capacity: size.width * size.height)
    pixels.initialize(repeating: 0, count: size.width * size.height)
  }

  deinit { pixels.deallocate() }

  func paint<Result>(_ rect: PixelRect, _ body: (CanvasPixels) throws -> Result) rethrows -> Result {
    defer { for showing in showings.withLock({ $0 }) { showing.changed(rect) } }
    return try lock.withLock { _ in try body(CanvasPixels(size: size, rect: rect, pixels: pixels)) }
  }

  /// Lends the pixels; they do not change during the call.
  func read<Result>(_ body: (UnsafeRawPointer) -> Result) -> Result {
    lock.withLock { _ in body(UnsafeRawPointer(pixels)) }
  }

  func add(_ showing: CanvasShowing) { showings.withLock { $0.append(showing) } }
  func remove(_ showing: CanvasShowing) { showings.withLock { $0.removeAll { $0 === showing } } }
}
