/// Counters of a transport's packets.
struct TransportCounters: Hashable {
  var packetsSent: UInt64 = 0
  var packetsReceived: UInt64 = 0
  /// UDP payload bytes.
  var bytesSent: UInt64 = 0
  var bytesReceived: UInt64 = 0
  /// Packets that were dropped because there was no path, no key, or no room in the socket.
  var packetsDiscardedOnSend: UInt64 = 0
  /// Received packets that are replays.
  var replayed: UInt64 = 0
  /// Received packets that were not protected with the peer's key.
  var notAuthentic: UInt64 = 0
  /// Received packets that are neither DTLS nor RTP, or malformed, or too early to be kept.
  var ignored: UInt64 = 0
}
