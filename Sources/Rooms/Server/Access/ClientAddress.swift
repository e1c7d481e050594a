internal import Glibc
internal import NIOCore

/// A client's address for the limits per address: one IPv4 address, or a /64 of IPv6, which is what one subscriber has; or
/// an enclosing network. Addresses in the same network are equal.
struct ClientAddress: CustomStringConvertible {
  private let network: [UInt8]
  /// The interface identifier of an IPv6 address.
  private let interface: [UInt8]

  /// For a peer without an address, such as a Unix socket.
  static let unknown = ClientAddress(network: [])

  private init(network: [UInt8]) {
    self.network = network
    interface = []
  }

  init(_ bytes: [UInt8]) {
    network = bytes.count == 16 ? Array(bytes[..<8]) : bytes
    interface = bytes.count == 16 ? Array(bytes[8...]) : []
  }

  /// The client of a connection, or of a request that trusted proxies forwarded.
  /// - Parameters:
  ///   - peer: the remote address of the connection.
  ///   - forwardedFor: the `X-Forwarded-For` headers. Anyone can write into them: only the entries that the trusted proxies
  ///     appended at the end are used.
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

  /// Whether this is a loopback address.
  var isLoopback: Bool {
    network.count == 4 && network[0] == 127 || network.count == 8 && network.allSatisfy { $0 == 0 }
  }

  /// The enclosing networks that one subscriber or one site may own, each with the factor by which the limits of an address
  /// apply to it.
  var enclosingNetworks: [(network: ClientAddress, share: Double)] {
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

  /// The 4 or 16 bytes of an address; 4 for an IPv4-mapped IPv6 address.
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

/// A network such as `10.0.0.0/8`, `::1` or `fd00::/8`, for trusted proxies.
public struct AddressRange: Sendable {
  private let bytes: [UInt8]
  private let bits: Int

  /// - Returns: nil for text that is neither an address nor an address with a prefix length.
  public init?(_ text: String) {
    let parts = text.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
    guard let bytes = ClientAddress.bytes(of: String(parts[0])) else { return nil }
    self.bytes = bytes
    guard parts.count == 2 else {
      bits = bytes.count * 8
      return
    }
    guard parts[1].utf8.count <= 3, let length = UInt8(parts[1]) else { return nil }
    // An IPv4 network may be written as IPv4-mapped IPv6: ::ffff:10.0.0.0/104.
    let bits = Int(length) - (bytes.count == 4 && parts[0].contains(":") ? 96 : 0)
    guard 0...(bytes.count * 8) ~= bits else { return nil }
    self.bits = bits
  }

  /// - Parameter text: an address; false for other text.
  public func contains(addressOf text: String) -> Bool { ClientAddress.bytes(of: text).map(contains) ?? false }

  /// - Parameter address: 4 or 16 bytes.
  func contains(_ address: [UInt8]) -> Bool {
    guard address.count == bytes.count else { return false }
    let whole = bits / 8
    guard address[..<whole] == bytes[..<whole] else { return false }
    let rest = bits % 8
    return rest == 0 || (address[whole] ^ bytes[whole]) >> UInt8(8 - rest) == 0
  }
}
