/// For this package's measurements alone.
extension RTCPeerConnection {
  /// What the connection has sent so far, packets and bytes as UDP carries them, packets that found no way out, and what it has
  /// received.
  package var traffic: (packetsSent: Int, bytesSent: Int, packetsDiscarded: Int, packetsReceived: Int) {
    transports.values.reduce(into: (0, 0, 0, 0)) { sum, media in
      let counters = media.transport.counters
      sum.packetsSent += Int(counters.packetsSent)
      sum.bytesSent += Int(counters.bytesSent)
      sum.packetsDiscarded += Int(counters.packetsDiscardedOnSend)
      sum.packetsReceived += Int(counters.packetsReceived)
    }
  }

  /// From now on drops what media come before they are decrypted, so that receiving costs little.
  package func discardMedia() {
    for media in transports.values { media.transport.onRTP = nil }
  }

  /// Sends RTCP of the caller's own making.
  package func sendControl(_ packet: [UInt8]) {
    for media in transports.values { media.transport.sendRTCP(packet.span) }
  }
}
