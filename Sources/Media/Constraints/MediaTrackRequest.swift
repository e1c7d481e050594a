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
