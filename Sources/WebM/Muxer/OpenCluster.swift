/// The cluster that a muxer is adding blocks to.
struct OpenCluster: Sendable {
  /// The offset of its element in the file.
  var offset: UInt64
  /// Its timestamp, in milliseconds.
  var timestamp: Int64
  /// Whether its first block is a key frame of the indexed track.
  var startsWithKeyFrame: Bool
  /// Bytes of data so far.
  var size: UInt64

  /// Bytes of its header: the identifier and an eight-byte size.
  static let headerSize: UInt64 = 12
}
