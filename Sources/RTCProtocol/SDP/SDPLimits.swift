/// How large a description may be. A browser's with every codec has about 10 kB to a section.
public struct SDPLimits: Sendable, Hashable {
  public var bytes = 512 * 1024
  public var lines = 16384
  /// Bytes in one line.
  public var lineBytes = 8192
  /// `m=` lines.
  public var sections = 128

  public init() {}
}
