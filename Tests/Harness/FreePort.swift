import Glibc

/// Finds unused ports of the loopback interface.
package enum FreePort {
  /// A port that is currently free for both TCP and UDP.
  package static func find() throws -> UInt16 {
    for _ in 0..<20 {
      let stream = Descriptor(owning: socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
      guard withLoopback(port: 0, { bind(stream.number, $0, $1) }) == 0 else { break }
      var address = sockaddr_in()
      var length = socklen_t(MemoryLayout<sockaddr_in>.size)
      let status = withUnsafeMutablePointer(to: &address) { address in
        address.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(stream.number, $0, &length) }
      }
      guard status == 0 else { break }
      let port = UInt16(bigEndian: address.sin_port)
      let datagrams = Descriptor(owning: socket(AF_INET, Int32(SOCK_DGRAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
      if withLoopback(port: port, { bind(datagrams.number, $0, $1) }) == 0 { return port }
    }
    throw HarnessError("no free port: \(String(cString: strerror(errno)))")
  }

  /// Whether the port accepts TCP connections.
  package static func isTaken(_ port: UInt16) -> Bool {
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
