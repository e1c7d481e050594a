/// An address at which a peer may be reachable: `candidate`. Source: RFC 8839 §5.1, RFC 6544 §4.5 for TCP.
package struct ICECandidate: Sendable, Hashable {
  package enum Kind: Sendable, Hashable {
    case host, serverReflexive, peerReflexive, relayed
    /// An unknown kind; such a candidate is not used.
    case other(String)
  }

  package enum Transport: Sendable, Hashable {
    case udp, tcp
    /// An unknown transport; such a candidate is not used.
    case other(String)
  }

  package enum TCPType: String, Sendable, Hashable {
    case active, passive, so
  }

  /// A name and value after the known fields, such as `generation 0`.
  package struct Extension: Sendable, Hashable {
    package var name: String
    package var value: String

    package init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  package var foundation: String
  /// 1 for RTP, also with RTCP on the same port; 2 for RTCP.
  package var component: Int
  package var transport: Transport
  package var priority: UInt32
  /// An IPv4 or IPv6 address, or a host name, usually one in `.local`.
  package var address: String
  package var port: UInt16
  package var kind: Kind
  /// The base address of a reflexive candidate, or the mapped address of a relayed one.
  package var relatedAddress: String?
  package var relatedPort: UInt16?
  package var tcpType: TCPType?
  package var extensions: [Extension] = []

  package init(
    foundation: String, component: Int = 1, transport: Transport, priority: UInt32, address: String, port: UInt16,
    kind: Kind
  ) {
    self.foundation = foundation
    self.component = component
    self.transport = transport
    self.priority = priority
    self.address = address
    self.port = port
    self.kind = kind
  }

  /// Whether the address is an mDNS name. Source: draft-ietf-mmusic-mdns-ice-candidates §3.1.
  package var isMDNSName: Bool {
    let name = address.utf8.last == UInt8(ascii: ".") ? address.dropLast() : Substring(address)
    return name.utf8.count > 6 && SDPText.equalsIgnoringCase(name.suffix(6), ".local")
  }

  package var isIPv6: Bool { address.utf8.contains(UInt8(ascii: ":")) }

  /// The `ufrag` extension: the ICE credentials that the candidate belongs to. Sent by browsers.
  package var usernameFragment: String? {
    get { self["ufrag"] }
    set { self["ufrag"] = newValue }
  }

  /// The value of the extension with this name.
  package subscript(_ name: String) -> String? {
    get { extensions.first { $0.name == name }?.value }
    set {
      if let index = extensions.firstIndex(where: { $0.name == name }) {
        if let newValue { extensions[index].value = newValue } else { extensions.remove(at: index) }
      } else if let newValue {
        extensions.append(Extension(name: name, value: newValue))
      }
    }
  }

  /// Whether both have the same transport address and component, ignoring priorities and extensions.
  package func hasSameTransportAddress(as other: ICECandidate) -> Bool {
    component == other.component && transport == other.transport && port == other.port && tcpType == other.tcpType
      && SDPText.equalsIgnoringCase(address, other.address)
  }
}
