/// The part of a frame in one packet.
public struct PayloadFragment: Sendable, Hashable {
  /// The range of the codec's bytes within the payload; not empty.
  public var data: Range<Int>
  public var beginsFrame: Bool
  /// Whether the frame ends here even without the marker bit.
  public var endsFrame: Bool
  /// Whether it starts a key frame; only meaningful with `beginsFrame`.
  public var isKeyFrame: Bool
}
