import Media
import RTP
import WebRTC

/// What the benchmark needs beyond the public interface.
extension RTCPeerConnection {
  /// Packets and UDP payload bytes sent so far, packets that could not be sent, and packets received.
  var traffic: (packetsSent: Int, bytesSent: Int, packetsDiscarded: Int, packetsReceived: Int) {
    transports.values.reduce(into: (0, 0, 0, 0)) { sum, media in
      let counters = media.transport.counters
      sum.packetsSent += Int(counters.packetsSent)
      sum.bytesSent += Int(counters.bytesSent)
      sum.packetsDiscarded += Int(counters.packetsDiscardedOnSend)
      sum.packetsReceived += Int(counters.packetsReceived)
    }
  }

  /// From now on drops received RTP packets before they are decrypted, so that receiving costs little.
  func discardMedia() {
    for media in transports.values { media.transport.onRTP = nil }
  }

  /// Sends an RTCP packet that the caller has made.
  func sendControl(_ packet: [UInt8]) {
    let batch = RTPPacketBatch(capacity: 1)
    for media in transports.values {
      packet.withUnsafeBytes { batch.next.copyMemory(from: $0) }
      batch.append(length: packet.count, isRTCP: true)
      media.transport.send(batch, packets: 0..<1)
      batch.removeAll()
    }
  }
}
