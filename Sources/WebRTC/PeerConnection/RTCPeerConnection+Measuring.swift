/// For this package's measurements only.
extension RTCPeerConnection {
  /// Packets and UDP payload bytes sent so far, packets that could not be sent, and packets received.
  package var traffic: (packetsSent: Int, bytesSent: Int, packetsDiscarded: Int, packetsReceived: Int) {
    transports.values.reduce(into: (0, 0, 0, 0)) { sum, media in
      let counters = media.transport.counters
      sum.packetsSent += Int(counters.packetsSent)
      sum.bytesSent += Int(counters.bytesSent)
      sum.packetsDiscarded += Int(counters.packetsDiscardedOnSend)
      sum.packetsReceived += Int(counters.packetsReceived)
    }
  }

  /// From now on drops received RTP packets before they are decrypted, so that receiving costs little.
  package func discardMedia() {
    for media in transports.values { media.transport.onRTP = nil }
  }

  /// Sends an RTCP packet that the caller has made.
  package func sendControl(_ packet: [UInt8]) {
    for media in transports.values { media.transport.sendRTCP(packet.span) }
  }
}
