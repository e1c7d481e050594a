internal import Media

/// Counters of a transport's packets.
package struct TransportCounters: Hashable {
  package internal(set) var packetsSent: UInt64 = 0
  package internal(set) var packetsReceived: UInt64 = 0
  /// UDP payload bytes.
  package internal(set) var bytesSent: UInt64 = 0
  package internal(set) var bytesReceived: UInt64 = 0
  /// Packets that were dropped because there was no path, no key, or no room in the socket.
  package internal(set) var packetsDiscardedOnSend: UInt64 = 0
  /// Received packets that are replays.
  var replayed: UInt64 = 0
  /// Received packets that were not protected with the peer's key.
  var notAuthentic: UInt64 = 0
  /// Received packets that are neither DTLS nor RTP, or malformed, or too early to be kept.
  var ignored: UInt64 = 0
}

/// What a transport has sent and received, as its statistics need it.
struct TransportTraffic {
  private(set) var counters = TransportCounters()
  /// The value of `counters` when the current pair was selected.
  private(set) var countersAtSelection = TransportCounters()
  private(set) var selectedPairChanges = 0
  private(set) var lastSent: MediaTime?
  /// When the last authentic packet arrived.
  private(set) var lastReceived: MediaTime?

  mutating func sent(packets: Int, bytes: Int, now: MediaTime) {
    counters.packetsSent += UInt64(packets)
    counters.bytesSent += UInt64(bytes)
    lastSent = now
  }

  /// Packets could not be sent.
  mutating func discarded(packets: Int) { counters.packetsDiscardedOnSend += UInt64(packets) }

  /// A packet of any kind has arrived.
  mutating func received(bytes: Int) {
    counters.packetsReceived += 1
    counters.bytesReceived += UInt64(bytes)
  }

  /// The received packet is RTP or RTCP of the peer.
  mutating func authenticated(now: MediaTime) { lastReceived = now }

  /// The received packet is of no use.
  mutating func ignored() { counters.ignored += 1 }

  /// The received packet is not what the peer has sent now.
  mutating func refused(_ refusal: SRTPRefusal) {
    switch refusal {
    case .replayed: counters.replayed += 1
    case .notAuthentic: counters.notAuthentic += 1
    case .malformed, .tooManyStreams: counters.ignored += 1
    }
  }

  /// Another candidate pair carries the packets from now on.
  mutating func selectedPairChanged() {
    selectedPairChanges += 1
    countersAtSelection = counters
  }
}
