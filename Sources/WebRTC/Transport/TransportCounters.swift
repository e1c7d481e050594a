/// What went through a transport, and what did not.
struct TransportCounters: Hashable {
  var packetsSent: UInt64 = 0
  var packetsReceived: UInt64 = 0
  /// UDP payload bytes.
  var bytesSent: UInt64 = 0
  var bytesReceived: UInt64 = 0
  /// Packets for which there was no path, no key, or no room in the socket.
  var packetsDiscardedOnSend: UInt64 = 0
  /// Received packets that were seen before.
  var replayed: UInt64 = 0
  /// Received packets that were not made with the peer's key.
  var notAuthentic: UInt64 = 0
  /// Received packets that are neither DTLS nor RTP, or broken, or come too early to be kept.
  var ignored: UInt64 = 0
}
