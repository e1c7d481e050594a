/// The position of a key frame: an entry of the index.
///
/// Source: RFC 9559 §5.1.5.1.
struct CuePoint: Sendable, Equatable {
  /// The frame's timestamp, in units of the TimestampScale.
  var time: Int64
  var track: Int
  /// The cluster's offset from the first byte of the Segment's data.
  var clusterPosition: UInt64
  /// The block's offset from the first byte of the cluster's data.
  var relativePosition: UInt64

  func write(into writer: inout EBMLWriter) {
    writer.master(.cuePoint) { point in
      point.unsigned(.cueTime, UInt64(max(0, time)))
      point.master(.cueTrackPositions) { positions in
        positions.unsigned(.cueTrack, UInt64(track))
        positions.unsigned(.cueClusterPosition, clusterPosition)
        positions.unsigned(.cueRelativePosition, relativePosition)
      }
    }
  }
}
