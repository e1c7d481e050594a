internal import Media

/// A frame that waits to be sent, or is being sent.
struct QueuedFrame {
  let stream: SendStream
  let frame: PacketizedFrame
  let timestamp: UInt32
  let queued: MediaTime
  /// Packets that have left.
  var sentPackets = 0
  /// Its number among the frames that were sent, once its first packet has left.
  var pictureID: UInt16 = 0

  /// Bytes of payload that wait.
  var bytesLeft: Int { Int(frame.bounds[frame.packetCount] - frame.bounds[sentPackets]) }
}
