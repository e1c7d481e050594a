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
