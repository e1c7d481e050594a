import Glibc

/// Ports of the loopback interface that nobody uses.
public enum FreePort {
  /// A port that is free for TCP at this moment.
  public static func find() throws -> UInt16 {
    let descriptor = Descriptor(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
    defer { descriptor.close() }
    var address = sockaddr_in()
    let status = withLoopback(port: 0) { bind(descriptor.number, $0, $1) }
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let named = withUnsafeMutablePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor.number, $0, &length) }
    }
    guard status == 0, named == 0 else { throw HarnessError("no free port: \(String(cString: strerror(errno)))") }
    return UInt16(bigEndian: address.sin_port)
  }

  /// Whether somebody takes TCP connections there.
  public static func isTaken(_ port: UInt16) -> Bool {
    let descriptor = Descriptor(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
    defer { descriptor.close() }
    return withLoopback(port: port) { connect(descriptor.number, $0, $1) } == 0
  }

  static func withLoopback<Result>(port: UInt16, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Result) -> Result {
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = port.bigEndian
    address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
    return withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        body($0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
  }
}
