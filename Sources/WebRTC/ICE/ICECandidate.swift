/// One address that a peer may be reached by (RFC 8839 §5.1).
struct ICECandidate: Sendable, Hashable {
  enum Kind: String, Sendable {
    case host
    case serverReflexive = "srflx"
    case peerReflexive = "prflx"
    case relayed = "relay"
  }

  enum TCPType: String, Sendable {
    case active, passive, so
  }

  var foundation: String
  var component: Int = 1
  /// "udp" or "tcp".
  var transport: String
  var priority: UInt32
  /// An address or a name.
  var address: String
  var port: UInt16
  var kind: Kind
  var relatedAddress: String?
  var relatedPort: UInt16?
  var tcpType: TCPType?
}
