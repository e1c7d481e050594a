import Glibc
import Synchronization

/// An open file descriptor, closed by `close()` or with the last reference. Never inherited by other programs.
package final class Descriptor: Sendable {
  package let number: Int32
  private let isOpen = Mutex(true)

  /// Takes over `number`.
  package init(owning number: Int32) {
    self.number = number
  }

  deinit { close() }

  package func close() {
    isOpen.withLock { isOpen in
      if isOpen { Glibc.close(number) }
      isOpen = false
    }
  }

  /// A pipe's two ends.
  package static func pipe() throws -> (reading: Descriptor, writing: Descriptor) {
    var ends: [Int32] = [-1, -1]
    guard GNUExtensions.pipe2(&ends, O_CLOEXEC) == 0 else {
      throw HarnessError("pipe2: \(String(cString: strerror(errno)))")
    }
    return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
  }

  /// Two connected sockets: a pipe to which a write after the reader's end is an error, not SIGPIPE.
  package static func socketPair() throws -> (Descriptor, Descriptor) {
    var ends: [Int32] = [-1, -1]
    let type = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
    guard socketpair(AF_UNIX, type, 0, &ends) == 0 else {
      throw HarnessError("socketpair: \(String(cString: strerror(errno)))")
    }
    return (Descriptor(owning: ends[0]), Descriptor(owning: ends[1]))
  }

  /// Connects to a server's Unix socket.
  /// - Throws: `HarnessError` if no server accepts connections there.
  package static func connected(toSocketAt path: String) throws -> Descriptor {
    let client = Descriptor(owning: socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0))
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    let status = withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        connect(client.number, address, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    guard status == 0 else { throw HarnessError("\(path): \(String(cString: strerror(errno)))") }
    return client
  }

  /// Reads what is there, waiting for the first byte; 0 at the end and on an error.
  package func read(into buffer: UnsafeMutableRawBufferPointer) -> Int {
    while true {
      let count = Glibc.read(number, buffer.baseAddress, buffer.count)
      if count >= 0 { return count }
      if errno != EINTR { return 0 }
    }
  }

  /// Reads exactly `count` bytes, waiting for them; nil when the end comes before.
  package func read(exactly count: Int) -> [UInt8]? {
    let bytes = [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      let raw = UnsafeMutableRawBufferPointer(buffer)
      while filled < count {
        let more = read(into: UnsafeMutableRawBufferPointer(rebasing: raw[filled...]))
        if more == 0 { break }
        filled += more
      }
    }
    return bytes.count == count ? bytes : nil
  }

  /// Sends all bytes into a socket; false if the other side is gone.
  @discardableResult
  package func send(_ bytes: [UInt8]) -> Bool {
    bytes.withUnsafeBytes { bytes in
      var sent = 0
      while sent < bytes.count {
        let count = Glibc.send(number, bytes.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL))
        if count < 0 {
          if errno == EINTR { continue }
          return false
        }
        sent += count
      }
      return true
    }
  }
}
