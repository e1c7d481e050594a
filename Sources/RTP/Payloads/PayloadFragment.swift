/// What one packet contributes to a frame.
public struct PayloadFragment: Sendable, Hashable {
  /// Where in the payload the codec's bytes are; not empty.
  public var data: Range<Int>
  public var beginsFrame: Bool
  /// Whether the frame ends here whatever the marker bit says.
  public var endsFrame: Bool
  /// Of the frame, where it begins here.
  public var isKeyFrame: Bool
}
