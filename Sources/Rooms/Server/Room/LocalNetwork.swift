internal import Glibc

/// A network that this machine shares with others.
public struct LocalNetwork: Sendable, Hashable {
  /// The interface's name: `eth0`, `wg0`.
  public let interface: String
  /// The machine's address there.
  public let address: String
  /// Whether it is a point-to-point link, such as a VPN.
  let isTunnel: Bool
  /// Whether it has a carrier.
  let isRunning: Bool
  private let network: [UInt8]

  /// The current networks, the most useful first: the one of the default route before others, tunnels last. Without loopback and
  /// link-local addresses; one IPv6 address for each interface without IPv4. An interface without a carrier is included if it has
  /// the default route: it may have a carrier in a moment.
  public static var current: [LocalNetwork] { sorted(all(), default: LocalAddress.ofDefaultRoute) }

  /// The usable networks of `all`, in order.
  static func sorted(_ all: [LocalNetwork], default route: String?) -> [LocalNetwork] {
    var kept: [LocalNetwork] = []
    for candidate in all where candidate.isRunning || candidate.address == route {
      let isIPv4 = candidate.network.count == 4
      let isKnown = kept.contains {
        $0.interface == candidate.interface && (!isIPv4 || $0.network == candidate.network)
      }
      if !isKnown { kept.append(candidate) }
    }
    func rank(_ network: LocalNetwork) -> Int { (network.isTunnel ? 2 : 0) + (network.address == route ? 0 : 1) }
    return kept.enumerated().sorted { (rank($0.element), $0.offset) < (rank($1.element), $1.offset) }.map(\.element)
  }

  /// - Returns: nil for a network without other machines: loopback, link-local, containers or virtual machines on this machine.
  init?(interface: String, address: String, mask: String, isTunnel: Bool = false, isRunning: Bool = true) {
    guard let bytes = ClientAddress.bytes(of: address), !ClientAddress(bytes).isLoopback,
      bytes.contains(where: { $0 != 0 })
    else { return nil }
    let isLinkLocal = bytes.count == 4 ? bytes[..<2] == [169, 254] : bytes[0] == 0xFE && bytes[1] & 0xC0 == 0x80
    guard !isLinkLocal, !Self.isInternal(interface) else { return nil }
    self.interface = interface
    self.address = address
    self.isTunnel = isTunnel
    self.isRunning = isRunning
    let maskBytes = ClientAddress.bytes(of: mask) ?? []
    network = zip(bytes, maskBytes).map { $0 & $1 }
  }

  private static func isInternal(_ interface: String) -> Bool {
    // Docker's bridges are br- and 12 hex digits; br-lan is a router's LAN.
    if interface.hasPrefix("br-"), interface.count == 15, interface.dropFirst(3).allSatisfy(\.isHexDigit) {
      return true
    }
    let names = ["docker", "veth", "virbr", "vnet", "lxcbr", "lxdbr", "podman", "cni", "flannel", "vboxnet", "vmnet"]
    return names.contains { interface.hasPrefix($0) }
  }

  /// In the system's order, IPv4 first.
  private static func all() -> [LocalNetwork] {
    var first: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&first) == 0 else { return [] }
    defer { freeifaddrs(first) }
    var found: [Int32: [LocalNetwork]] = [:]
    for entry in sequence(first: first, next: { $0?.pointee.ifa_next }) {
      guard let entry = entry?.pointee, let name = entry.ifa_name else { continue }
      let flags = Int32(bitPattern: entry.ifa_flags)
      guard flags & Int32(IFF_UP) != 0,
        flags & Int32(IFF_LOOPBACK) == 0, let address = text(of: entry.ifa_addr),
        let mask = text(of: entry.ifa_netmask),
        let network = LocalNetwork(
          interface: String(cString: name), address: address, mask: mask,
          isTunnel: flags & Int32(IFF_POINTOPOINT) != 0, isRunning: flags & Int32(IFF_RUNNING) != 0)
      else { continue }
      found[Int32(entry.ifa_addr.pointee.sa_family), default: []].append(network)
    }
    return (found[AF_INET] ?? []) + (found[AF_INET6] ?? [])
  }

  private static func text(of address: UnsafeMutablePointer<sockaddr>?) -> String? {
    guard let address else { return nil }
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    let size = socklen_t(text.count)
    let isConverted =
      switch Int32(address.pointee.sa_family) {
      case AF_INET:
        address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) {
          inet_ntop(AF_INET, &$0.pointee.sin_addr, &text, size) != nil
        }
      case AF_INET6:
        address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) {
          inet_ntop(AF_INET6, &$0.pointee.sin6_addr, &text, size) != nil
        }
      default: false
      }
    return isConverted ? String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self) : nil
  }
}
