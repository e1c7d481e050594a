/// The argument of `applyConstraints`: a set of constraints, and further sets that are tried after it, in order. Source: W3C
/// Media Capture and Streams §4.3.8.
@dynamicMemberLookup
public struct MediaTrackConstraints: Sendable, Hashable {
  /// The basic set. Its members are accessible on this value: `constraints.width`.
  public var basic: MediaTrackConstraintSet
  /// Each set is fulfilled as a whole, or skipped.
  public var advanced: [MediaTrackConstraintSet]

  public init(_ basic: MediaTrackConstraintSet = .init(), advanced: [MediaTrackConstraintSet] = []) {
    self.basic = basic
    self.advanced = advanced
  }

  public init(
    width: ConstrainULong? = nil, height: ConstrainULong? = nil, aspectRatio: ConstrainDouble? = nil,
    frameRate: ConstrainDouble? = nil, resizeMode: ConstrainChoice<VideoResizeMode>? = nil,
    displaySurface: ConstrainChoice<DisplaySurface>? = nil, cursor: ConstrainChoice<CursorCapture>? = nil,
    advanced: [MediaTrackConstraintSet] = []
  ) {
    self.init(
      MediaTrackConstraintSet(
        width: width, height: height, aspectRatio: aspectRatio, frameRate: frameRate, resizeMode: resizeMode,
        displaySurface: displaySurface, cursor: cursor), advanced: advanced)
  }

  public subscript<Value>(dynamicMember member: WritableKeyPath<MediaTrackConstraintSet, Value>) -> Value {
    get { basic[keyPath: member] }
    set { basic[keyPath: member] = newValue }
  }
}

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

/// Whether a track is requested, and with which constraints. Source: W3C Media Capture and Streams, `MediaStreamConstraints`.
public enum MediaTrackRequest: Sendable, Hashable, ExpressibleByBooleanLiteral {
  /// `false`.
  case no
  /// `true`.
  case yes
  case constrained(MediaTrackConstraints)

  public init(booleanLiteral value: Bool) { self = value ? .yes : .no }

  /// The requested track's constraints; nil when no track is requested.
  public var constraints: MediaTrackConstraints? {
    switch self {
    case .no: nil
    case .yes: MediaTrackConstraints()
    case .constrained(let constraints): constraints
    }
  }
}
