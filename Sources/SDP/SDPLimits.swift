/// The maximum size of a description. A browser's, with every codec, has about 10 kB per section.
package struct SDPLimits: Sendable, Hashable {
  package var bytes = 512 * 1024
  package var lines = 16384
  /// Bytes in one line.
  package var lineBytes = 8192
  /// `m=` lines: as many as the streams that a transport accepts in each direction.
  package var sections = 64

  package init() {}
}
