/// The limits above which a reader throws `WebMError.limitExceeded`, so that a hostile file cannot exhaust memory.
///
/// Frames have no limit: a reader returns their positions and its caller loads them.
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
  /// Bytes of the frame sizes in a laced block.
  public static let lacing = 65_536
}
