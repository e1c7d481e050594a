internal import Media

/// A frame that is queued or partly sent.
struct QueuedFrame {
  let stream: SendStream
  let frame: PacketizedFrame
  let timestamp: UInt32
  let queued: MediaTime
  /// Packets sent so far.
  var sentPackets = 0
  /// Its VP8 picture ID, valid once its first packet was sent.
  var pictureID: UInt16 = 0

  /// Payload bytes not sent yet.
  var bytesLeft: Int { Int(frame.bounds[frame.packetCount] - frame.bounds[sentPackets]) }
}
