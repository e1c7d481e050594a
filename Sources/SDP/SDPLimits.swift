/// How large a description may be. A browser's with every codec has about 10 kB to a section.
public struct SDPLimits: Sendable, Hashable {
  public var bytes = 512 * 1024
  public var lines = 16384
  /// Bytes in one line.
  public var lineBytes = 8192
  /// `m=` lines: no more than a transport takes streams of each direction, one for each section.
  public var sections = 64

  public init() {}
}
