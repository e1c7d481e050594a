internal import Media

/// One packet's part of a frame, buffered until the frame is complete.
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
