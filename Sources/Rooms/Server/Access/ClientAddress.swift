internal import Glibc
internal import NIOCore

/// Where a client is, as far as limits per address go: one IPv4 address, or a /64 of IPv6, which is what one subscriber
/// has; or a wider network around such a one. Two of one network are equal.
struct ClientAddress: CustomStringConvertible {
  private let network: [UInt8]
  /// Of IPv6, what stands behind the network's part.
  private let interface: [UInt8]

  /// For what has no address, such as a Unix socket.
  static let unknown = ClientAddress(network: [])

  private init(network: [UInt8]) {
    self.network = network
    interface = []
  }

  init(_ bytes: [UInt8]) {
    network = bytes.count == 16 ? Array(bytes[..<8]) : bytes
    interface = bytes.count == 16 ? Array(bytes[8...]) : []
  }

  /// The client of a connection, or of a request that trusted proxies handed on.
  /// - Parameters:
  ///   - peer: who connected.
  ///   - forwardedFor: the `X-Forwarded-For` headers. Anyone can write into them; only what the proxies themselves added,
  ///     from the end, is believed.
  init(peer: SocketAddress?, forwardedFor: [String], trusted: [AddressRange]) {
    guard var address = peer?.plainAddress.flatMap(Self.bytes) else {
      self = .unknown
      return
    }
    if !trusted.isEmpty {
      var hops = forwardedFor.joined(separator: ",").split(separator: ",").suffix(16)
      while trusted.contains(where: { $0.contains(address) }), let hop = hops.popLast() {
        guard let next = Self.bytes(ofHop: hop) else { break }
        address = next
      }
    }
    self.init(address)
  }

  /// Whether this is the machine itself.
  var isLoopback: Bool {
    network.count == 4 && network[0] == 127 || network.count == 8 && network.allSatisfy { $0 == 0 }
  }

  /// The networks around this one, that one subscriber or one place may have as a whole, and how many times as much as an address
  /// all in them may.
  var wider: [(network: ClientAddress, share: Double)] {
    switch network.count {
    case 4: [(ClientAddress(network: Array(network[..<3])), 4)]
    case 8: [(ClientAddress(network: Array(network[..<7])), 2), (ClientAddress(network: Array(network[..<6])), 4)]
    default: []
    }
  }

  var description: String {
    switch network.count {
    case 4: network.map(String.init).joined(separator: ".")
    case 8:
      stride(from: 0, to: 8, by: 2)
        .map { String(UInt16(network[$0]) << 8 | UInt16(network[$0 + 1]), radix: 16) }.joined(separator: ":") + "::/64"
    default: "unknown"
    }
  }

  /// The whole address.
  var address: String {
    guard interface.count == 8 else { return description }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    guard inet_ntop(AF_INET6, network + interface, &text, socklen_t(text.count)) != nil else { return description }
    return String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }

  /// The 4 or 16 bytes of an address; of an IPv4 address in an IPv6 one the 4.
  static func bytes(of address: String) -> [UInt8]? {
    var bytes = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, address, &bytes) == 1 { return Array(bytes[..<4]) }
    guard inet_pton(AF_INET6, address, &bytes) == 1 else { return nil }
    return bytes[..<12] == [0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff] ? Array(bytes[12...]) : bytes
  }

  private static func bytes(ofHop hop: Substring) -> [UInt8]? {
    let hop = hop.trimmingPrefix(" ").prefix { $0 != " " }
    if let bytes = bytes(of: String(hop)) { return bytes }
    return Authority(hop).flatMap { bytes(of: $0.host) }
  }
}

extension ClientAddress: Hashable {
  static func == (left: ClientAddress, right: ClientAddress) -> Bool { left.network == right.network }
  func hash(into hasher: inout Hasher) { hasher.combine(network) }
}
