/// An address at which a peer may be reachable: `candidate`. Source: RFC 8839 §5.1, RFC 6544 §4.5 for TCP.
public struct ICECandidate: Sendable, Hashable {
  public enum Kind: Sendable, Hashable {
    case host, serverReflexive, peerReflexive, relayed
    /// An unknown kind; such a candidate is not used.
    case other(String)
  }

  public enum Transport: Sendable, Hashable {
    case udp, tcp
    /// An unknown transport; such a candidate is not used.
    case other(String)
  }

  public enum TCPType: String, Sendable, Hashable {
    case active, passive, so
  }

  /// A name and value after the known fields, such as `generation 0`.
  public struct Extension: Sendable, Hashable {
    public var name: String
    public var value: String

    public init(name: String, value: String) {
      self.name = name
      self.value = value
    }
  }

  public var foundation: String
  /// 1 for RTP, also with RTCP on the same port; 2 for RTCP.
  public var component: Int
  public var transport: Transport
  public var priority: UInt32
  /// An IPv4 or IPv6 address, or a host name, usually one in `.local`.
  public var address: String
  public var port: UInt16
  public var kind: Kind
  /// The base address of a reflexive candidate, or the mapped address of a relayed one.
  public var relatedAddress: String?
  public var relatedPort: UInt16?
  public var tcpType: TCPType?
  public var extensions: [Extension] = []

  public init(
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
  public var isMDNSName: Bool {
    let name = address.utf8.last == UInt8(ascii: ".") ? address.dropLast() : Substring(address)
    return name.utf8.count > 6 && SDPText.equalsIgnoringCase(name.suffix(6), ".local")
  }

  public var isIPv6: Bool { address.utf8.contains(UInt8(ascii: ":")) }

  /// The `ufrag` extension: the ICE credentials that the candidate belongs to. Sent by browsers.
  public var usernameFragment: String? {
    get { self["ufrag"] }
    set { self["ufrag"] = newValue }
  }

  /// The value of the extension with this name.
  public subscript(_ name: String) -> String? {
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
  public func hasSameTransportAddress(as other: ICECandidate) -> Bool {
    component == other.component && transport == other.transport && port == other.port && tcpType == other.tcpType
      && SDPText.equalsIgnoringCase(address, other.address)
  }
}
