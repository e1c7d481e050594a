internal import Glibc

/// This machine's addresses and names.
public enum LocalAddress {
  /// The source address of the default route, at which others reach this machine; nil without one. Nothing is sent.
  public static var ofDefaultRoute: String? {
    // Documentation addresses (RFC 5737, RFC 3849): routed like any other, and unused.
    address(towards: "192.0.2.1", AF_INET) ?? address(towards: "2001:db8::1", AF_INET6)
  }

  /// The machine's names: its host name, the first label, and that with `.local` (mDNS); empty without a host name.
  public static var hostNames: [String] {
    var text = [CChar](repeating: 0, count: 256)
    guard gethostname(&text, text.count - 1) == 0 else { return [] }
    return names(of: String(decoding: text.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self))
  }

  static func names(of machine: String) -> [String] {
    guard let authority = Authority(machine), authority.port == nil, !Authority.isAddress(authority.host),
      let short = authority.host.split(separator: ".").first.map(String.init), short != "localhost"
    else { return [] }
    return Array(Set([authority.host, short, "\(short).local"])).sorted()
  }

  /// Whether `host` is a loopback address or localhost.
  public static func isLoopback(_ host: String) -> Bool {
    if host.lowercased() == "localhost" { return true }
    guard let bytes = ClientAddress.bytes(of: host) else { return false }
    // Only ::1 in IPv6; :: means all addresses.
    return bytes.count == 4 ? bytes[0] == 127 : bytes.last == 1 && bytes.dropLast().allSatisfy { $0 == 0 }
  }

  private static func address(towards target: String, _ family: Int32) -> String? {
    let socket = Glibc.socket(family, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    guard socket >= 0 else { return nil }
    defer { close(socket) }
    var hints = addrinfo()
    hints.ai_family = family
    hints.ai_socktype = Int32(SOCK_DGRAM.rawValue)
    hints.ai_flags = AI_NUMERICHOST
    var found: UnsafeMutablePointer<addrinfo>?
    guard getaddrinfo(target, "9", &hints, &found) == 0, let found else { return nil }
    defer { freeaddrinfo(found) }
    guard connect(socket, found.pointee.ai_addr, found.pointee.ai_addrlen) == 0 else { return nil }
    var own = sockaddr_storage()
    var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
    var name = [CChar](repeating: 0, count: Int(NI_MAXHOST))
    let status = withUnsafeMutablePointer(to: &own) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { own in
        getsockname(socket, own, &length) == 0
          ? getnameinfo(own, length, &name, socklen_t(name.count), nil, 0, NI_NUMERICHOST) : -1
      }
    }
    guard status == 0 else { return nil }
    return String(decoding: name.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
  }
}
