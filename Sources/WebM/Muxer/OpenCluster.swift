/// The cluster that a muxer is adding blocks to.
struct OpenCluster: Sendable {
  /// Where its element starts in the file.
  var offset: UInt64
  /// Its own timestamp, in milliseconds.
  var timestamp: Int64
  /// Whether its first block is a key frame of the track that is indexed.
  var startsWithKeyFrame: Bool
  /// Bytes of data so far.
  var size: UInt64

  /// Bytes of its header: the identifier and a size of eight bytes.
  static let headerSize: UInt64 = 12
}
