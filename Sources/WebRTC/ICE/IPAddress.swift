internal import CNice

#if canImport(Glibc)
  internal import Glibc
#endif

/// An IPv4 or IPv6 address, without a port.
struct IPAddress: Hashable, CustomStringConvertible {
  /// Four or sixteen bytes, as they travel.
  let bytes: [UInt8]

  /// Parses an address; a name is none.
  init?(_ text: String) {
    var buffer = [UInt8](repeating: 0, count: 16)
    if inet_pton(AF_INET, text, &buffer) == 1 {
      bytes = Array(buffer[..<4])
    } else if inet_pton(AF_INET6, text, &buffer) == 1 {
      bytes = buffer
    } else {
      return nil
    }
  }

  init?(_ address: UnsafePointer<sockaddr>) {
    switch Int32(address.pointee.sa_family) {
    case AF_INET:
      bytes = address.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { pointer in
        withUnsafeBytes(of: pointer.pointee.sin_addr) { Array($0) }
      }
    case AF_INET6:
      bytes = address.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { pointer in
        withUnsafeBytes(of: pointer.pointee.sin6_addr) { Array($0) }
      }
    default: return nil
    }
  }

  var isVersion6: Bool { bytes.count == 16 }

  var isLoopback: Bool {
    isVersion6 ? bytes[..<15].allSatisfy { $0 == 0 } && bytes[15] == 1 : bytes[0] == 127
  }

  /// fe80::/10: of no use without saying on which interface, which a candidate cannot say.
  var isVersion6LinkLocal: Bool { isVersion6 && bytes[0] == 0xfe && bytes[1] & 0xc0 == 0x80 }

  var description: String {
    var text = [CChar](repeating: 0, count: Int(INET6_ADDRSTRLEN))
    inet_ntop(isVersion6 ? AF_INET6 : AF_INET, bytes, &text, socklen_t(text.count))
    return String(decoding: text.prefix { $0 != 0 }.map(UInt8.init(bitPattern:)), as: UTF8.self)
  }

  /// libnice's form.
  func niceAddress(port: UInt16) -> NiceAddress {
    var address = NiceAddress()
    nice_address_init(&address)
    if isVersion6 {
      bytes.withUnsafeBufferPointer { nice_address_set_ipv6(&address, $0.baseAddress) }
    } else {
      nice_address_set_ipv4(&address, bytes.reduce(0) { $0 << 8 | UInt32($1) })
    }
    nice_address_set_port(&address, guint(port))
    return address
  }

  /// Whether a socket can be bound to this address now. The kernel delays a new IPv6 address for a second or two, until it knows
  /// that no other machine has it (RFC 4862 §5.4).
  private var canBeBound: Bool {
    let descriptor = socket(
      isVersion6 ? AF_INET6 : AF_INET, Int32(SOCK_DGRAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
    // If no socket can be opened at all, the address is not the reason.
    guard descriptor >= 0 else { return true }
    defer { close(descriptor) }
    var address = niceAddress(port: 0)
    let length = isVersion6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size
    // The whole union: its member `s.addr` alone is too small for an IPv6 address.
    return withUnsafeBytes(of: &address) { bytes in
      bind(descriptor, bytes.baseAddress?.assumingMemoryBound(to: sockaddr.self), socklen_t(length)) == 0
    }
  }

  /// The addresses that this machine can be reached by: of interfaces that are up and running, without loopback and IPv6
  /// link-local ones, and without those that no socket can have yet.
  static func ofThisMachine() -> [IPAddress] {
    var list: UnsafeMutablePointer<ifaddrs>?
    guard getifaddrs(&list) == 0 else { return [] }
    defer { freeifaddrs(list) }
    var addresses: [IPAddress] = []
    var next = list
    while let entry = next?.pointee {
      next = entry.ifa_next
      guard entry.ifa_flags & UInt32(IFF_UP) != 0, entry.ifa_flags & UInt32(IFF_RUNNING) != 0,
        let raw = entry.ifa_addr, let address = IPAddress(raw), !address.isLoopback, !address.isVersion6LinkLocal,
        !addresses.contains(address), address.canBeBound
      else { continue }
      addresses.append(address)
    }
    return addresses
  }
}
