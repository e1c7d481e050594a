/// Constraints on a track's settings, with the W3C's names; nil is no constraint. Source: W3C Media Capture and Streams
/// §4.3.8, Screen Capture §5.3.
public struct MediaTrackConstraintSet: Sendable, Hashable {
  /// Pixels.
  public var width: ConstrainULong?
  /// Pixels.
  public var height: ConstrainULong?
  /// The width by the height. It is always the source's: pictures are never cropped.
  public var aspectRatio: ConstrainDouble?
  /// The highest rate; pictures a second.
  public var frameRate: ConstrainDouble?
  public var resizeMode: ConstrainChoice<VideoResizeMode>?
  public var displaySurface: ConstrainChoice<DisplaySurface>?
  /// Applies to all clones of a track, which share the source's picture.
  public var cursor: ConstrainChoice<CursorCapture>?
  /// Hertz.
  public var sampleRate: ConstrainULong?
  public var channelCount: ConstrainULong?
  public var deviceId: ConstrainDOMString?
  public var groupId: ConstrainDOMString?

  public init(
    width: ConstrainULong? = nil, height: ConstrainULong? = nil, aspectRatio: ConstrainDouble? = nil,
    frameRate: ConstrainDouble? = nil, resizeMode: ConstrainChoice<VideoResizeMode>? = nil,
    displaySurface: ConstrainChoice<DisplaySurface>? = nil, cursor: ConstrainChoice<CursorCapture>? = nil,
    sampleRate: ConstrainULong? = nil, channelCount: ConstrainULong? = nil, deviceId: ConstrainDOMString? = nil,
    groupId: ConstrainDOMString? = nil
  ) {
    self.width = width
    self.height = height
    self.aspectRatio = aspectRatio
    self.frameRate = frameRate
    self.resizeMode = resizeMode
    self.displaySurface = displaySurface
    self.cursor = cursor
    self.sampleRate = sampleRate
    self.channelCount = channelCount
    self.deviceId = deviceId
    self.groupId = groupId
  }

  /// The first member that uses `min` or `exact`, which `getDisplayMedia` does not allow.
  package var firstMinOrExact: String? {
    let members: [(String, Bool?)] = [
      ("width", width?.hasMinOrExact), ("height", height?.hasMinOrExact), ("aspectRatio", aspectRatio?.hasMinOrExact),
      ("frameRate", frameRate?.hasMinOrExact), ("sampleRate", sampleRate?.hasMinOrExact),
      ("channelCount", channelCount?.hasMinOrExact),
      ("resizeMode", resizeMode.map { !$0.exact.isEmpty }),
      ("displaySurface", displaySurface.map { !$0.exact.isEmpty }),
      ("cursor", cursor.map { !$0.exact.isEmpty }), ("deviceId", deviceId.map { !$0.exact.isEmpty }),
      ("groupId", groupId.map { !$0.exact.isEmpty }),
    ]
    return members.first { $0.1 == true }?.0
  }
}
