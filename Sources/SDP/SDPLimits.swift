/// The maximum size of a description. A browser's, with every codec, has about 10 kB per section.
public struct SDPLimits: Sendable, Hashable {
  public var bytes = 512 * 1024
  public var lines = 16384
  /// Bytes in one line.
  public var lineBytes = 8192
  /// `m=` lines: as many as the streams that a transport accepts in each direction.
  public var sections = 64

  public init() {}
}
