/// What is wished for or demanded of a track, under the W3C's names; nil says nothing. Source: W3C Media Capture and
/// Streams §4.3.8, Screen Capture §5.3.
public struct MediaTrackConstraintSet: Sendable, Hashable {
  /// Pixels.
  public var width: ConstrainULong?
  /// Pixels.
  public var height: ConstrainULong?
  /// The width by the height. It is the source's own: nothing is ever cropped.
  public var aspectRatio: ConstrainDouble?
  /// Pictures a second at the most.
  public var frameRate: ConstrainDouble?
  public var resizeMode: ConstrainChoice<VideoResizeMode>?
  public var displaySurface: ConstrainChoice<DisplaySurface>?
  /// Of all clones of a track: there is one pointer in the picture, or none.
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
  package var firstDemand: String? {
    let numbers: [(String, Bool?)] = [
      ("width", width?.demands), ("height", height?.demands), ("aspectRatio", aspectRatio?.demands),
      ("frameRate", frameRate?.demands), ("sampleRate", sampleRate?.demands), ("channelCount", channelCount?.demands),
      ("resizeMode", resizeMode.map { !$0.exact.isEmpty }),
      ("displaySurface", displaySurface.map { !$0.exact.isEmpty }),
      ("cursor", cursor.map { !$0.exact.isEmpty }), ("deviceId", deviceId.map { !$0.exact.isEmpty }),
      ("groupId", groupId.map { !$0.exact.isEmpty }),
    ]
    return numbers.first { $0.1 == true }?.0
  }
}
