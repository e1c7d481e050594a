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
