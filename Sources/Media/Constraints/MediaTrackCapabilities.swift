/// The settings that a track can have, with the names of the W3C's `MediaTrackCapabilities`; nil where it has none.
public struct MediaTrackCapabilities: Sendable, Equatable {
  /// Pixels.
  public var width: ClosedRange<Int>?
  /// Pixels.
  public var height: ClosedRange<Int>?
  /// The width by the height.
  public var aspectRatio: ClosedRange<Double>?
  /// The highest rate; pictures a second.
  public var frameRate: ClosedRange<Double>?
  public var resizeMode: [VideoResizeMode] = []
  public var displaySurface: DisplaySurface?
  public var cursor: [CursorCapture] = []
  /// Hertz.
  public var sampleRate: ClosedRange<Int>?
  public var channelCount: ClosedRange<Int>?
  public var deviceId: String?
  public var groupId: String?

  public init() {}

  /// The capabilities of a source whose pictures can be scaled down to any size and sent at any lower rate.
  /// - Parameters:
  ///   - settings: its present settings.
  ///   - frameRates: the rates that it supports; nil for all up to the present one.
  ///   - cursors: the cursor modes that it supports.
  public init(
    scaling settings: MediaTrackSettings, frameRates: ClosedRange<Double>? = nil, cursors: [CursorCapture] = []
  ) {
    self.init(fixed: settings)
    width = settings.width.map { 1...max(1, $0) }
    height = settings.height.map { 1...max(1, $0) }
    frameRate = frameRates ?? settings.frameRate.map { min(0.1, $0)...$0 }
    if settings.width != nil { resizeMode = VideoResizeMode.allCases }
    if !cursors.isEmpty { cursor = cursors }
  }

  /// The capabilities of a source that supports only its present settings.
  public init(fixed settings: MediaTrackSettings) {
    width = settings.width.map { $0...$0 }
    height = settings.height.map { $0...$0 }
    if let width = settings.width, let height = settings.height, height > 0 {
      let ratio = Double(width) / Double(height)
      aspectRatio = ratio...ratio
      resizeMode = [.native]
    }
    frameRate = settings.frameRate.map { $0...$0 }
    displaySurface = settings.displaySurface
    cursor = settings.cursor.map { [$0] } ?? []
    sampleRate = settings.sampleRate.map { $0...$0 }
    channelCount = settings.channelCount.map { $0...$0 }
    deviceId = settings.deviceId
    groupId = settings.groupId
  }
}
