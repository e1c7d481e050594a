/// How much a reader takes before it says `WebMError.limitExceeded`, so that a hostile file costs bounded memory.
///
/// Frames have no limit: a reader says where they are and leaves loading them to its caller.
public enum WebMLimits {
  /// Bytes of an element that is loaded whole: SeekHead, Info, Tracks, Cues; and of one range of frame bytes.
  public static let elementSize = 16 << 20
  /// Bytes of an EBML header.
  public static let headerSize = 4096
  /// Tracks in a file.
  public static let tracks = 128
  /// Entries of a SeekHead.
  public static let seekEntries = 1024
  /// Entries of the Cues.
  public static let cuePoints = 500_000
  /// Elements before the first cluster.
  public static let preambleElements = 256
  /// Bytes that say the sizes of the frames in a laced block.
  public static let lacing = 65_536
}
