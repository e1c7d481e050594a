import Glibc
public import Media

/// Captures a desktop, a monitor, a window or a region of an X display.
///
/// Its own thread, "oriel-capture", owns a connection to the X server and sleeps until the screen changes. It calls the sinks
/// one after the other. The capturer ends when it is stopped, when its last reference is released, or when the surface or
/// the display is gone.
public final class DisplayCapturer: VideoSource {
  /// The surface's name for users, such as the monitor's name.
  public let label: String
  /// The same, but for a window its class instead of its title.
  public let name: String

  private let control: CaptureControl
  private let display: String

  private init(_ control: CaptureControl, display: String, _ called: (label: String, name: String)) {
    self.control = control
    self.display = display
    (label, name) = called
  }

  deinit { control.stop() }

  /// Connects and finds the surface; pictures are captured once a sink is attached.
  /// - Throws: `DisplayMediaError`.
  public static func open(
    _ options: DisplayMediaStreamOptions = DisplayMediaStreamOptions()
  ) async throws(DisplayMediaError) -> DisplayCapturer {
    try await open(options, methods: CaptureMethod.allCases)
  }

  /// - Parameters:
  ///   - options: what to capture.
  ///   - methods: the methods of reading pixels to try.
  package static func open(
    _ options: DisplayMediaStreamOptions, methods: [CaptureMethod]
  ) async throws(DisplayMediaError) -> DisplayCapturer {
    guard options.frameRate > 0, options.frameRate <= 240 else {
      throw .invalid("the frame rate is \(options.frameRate), and must be above 0 and at most 240")
    }
    if case .region(let region) = options.surface, region.isEmpty {
      throw .invalid("the region is \(region.width)x\(region.height), and must have a width and a height")
    }
    let control = CaptureControl(options)
    let result = await withCheckedContinuation { continuation in
      // The thread is not joined: `stop` waits for `CaptureControl.end` instead.
      _ = NamedThread("oriel-capture") {
        let reason = capture(control, options, methods) { continuation.resume(returning: $0) }
        if let reason { control.end(reason) }
      }
    }
    return DisplayCapturer(control, display: options.display ?? environment("DISPLAY") ?? "", try result.get())
  }

  /// The thread's work. On return all its resources in the X server are released.
  private static func capture(
    _ control: CaptureControl, _ options: DisplayMediaStreamOptions, _ methods: [CaptureMethod],
    opened: (Result<(label: String, name: String), DisplayMediaError>) -> Void
  ) -> MediaSourceEvent.EndReason? {
    do throws(DisplayMediaError) {
      let loop = try CaptureLoop(control, options, methods)
      opened(.success((loop.label, loop.name)))
      return loop.run()
    } catch {
      opened(.failure(error))
      return nil
    }
  }

  public var settings: MediaTrackSettings {
    var settings = control.settings
    settings.deviceId = "\(display) \(label)"
    settings.groupId = display
    return settings
  }

  public var events: EventBroadcaster<MediaSourceEvent> { control.events }

  /// Any smaller size, any rate up to 240; the pointer always, while it moves, or never.
  public var capabilities: MediaTrackCapabilities {
    return MediaTrackCapabilities(
      scaling: settings, frameRates: min(0.1, settings.frameRate ?? 0.1)...240, cursors: CursorCapture.allCases)
  }

  public func apply(_ requested: RequestedSettings) -> Bool {
    control.apply(requested)
    return true
  }

  /// The statistics so far; readable at any time.
  public var statistics: CaptureStatistics { control.statistics }

  public func attach(_ sink: any VideoSink) { control.attach(sink) }

  /// - Note: Called from within `receive`, it returns at once.
  public func detach(_ sink: any VideoSink) { control.sinks.detach(sink) }

  public func stop() { control.stop() }
}
