import Foundation
import Glibc

/// A loopback port that never answers connection attempts: a listener that accepts nothing and whose queue is full.
package final class BlackHole: Sendable {
  package let port: Int
  private let sockets: [Descriptor]
  /// The ports of this object's own attempts.
  private let own: Set<String>

  package init() throws {
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    let listener = Descriptor(owning: socket(AF_INET, type, 0))
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    var sockets = [listener]
    var own: Set<String> = []
    let status = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard bind(listener.number, address, length) | listen(listener.number, 0) == 0 else { return Int32(-1) }
        let status = getsockname(listener.number, address, &length)
        // The first fills the queue; the others make sure.
        for _ in 0..<3 {
          let client = Descriptor(owning: socket(AF_INET, type | Int32(SOCK_NONBLOCK.rawValue), 0))
          _ = connect(client.number, address, length)
          var local = sockaddr_in()
          _ = withUnsafeMutablePointer(to: &local) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(client.number, $0, &length) }
          }
          own.insert(Self.hexadecimal(local.sin_port))
          sockets.append(client)
        }
        return status
      }
    }
    guard status == 0 else { throw HarnessError("listen: \(String(cString: strerror(errno)))") }
    port = Int(UInt16(bigEndian: address.sin_port))
    self.sockets = sockets
    self.own = own
  }

  /// The number of connection attempts by others that are under way. Source: proc(5), `/proc/net/tcp`: local address, remote
  /// address and state, where 02 is `TCP_SYN_SENT`.
  package var attempts: Int {
    let bytes = try? FileHandle(forReadingFrom: URL(filePath: "/proc/net/tcp")).readToEnd()
    let table = String(decoding: bytes ?? Data(), as: UTF8.self)
    let end = ":" + String(format: "%04X", port)
    return table.split(separator: "\n").count { line in
      let fields = line.split(separator: " ")
      return fields.count > 3 && fields[2].hasSuffix(end) && fields[3] == "02"
        && !own.contains(String(fields[1].suffix(4)))
    }
  }

  private static func hexadecimal(_ port: in_port_t) -> String { String(format: "%04X", Int(UInt16(bigEndian: port))) }
}
