internal import Media

/// A packet's share of a frame, while the frame waits for the others.
struct ReceivedPacket {
  /// Without wrap-around.
  var sequence: Int64
  var timestamp: RTPTimestamp
  var payloadType: PayloadType
  var beginsFrame: Bool
  var endsFrame: Bool
  var isKeyFrame: Bool
  var captureTime: NTPTime?
  var arrival: MediaTime
  var data: [UInt8]
}
