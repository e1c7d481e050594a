import Foundation
import Glibc
import Harness
import Media

/// Makes an X server's socket reachable over TCP, on the loopback interface only.
final class TCPForwarder: Sendable {
  private struct State {
    var open: [Int32] = []
    var bytesFromServer = 0
    var isCut = false
  }

  /// The display's number: the port is 6000 plus this.
  let display: Int
  private let listener: Int32
  private let state = Monitor(State())

  init(toDisplay number: Int) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    self.listener = listener
    let free = (200..<2000).first { display in
      var address = sockaddr_in()
      address.sin_family = sa_family_t(AF_INET)
      address.sin_port = in_port_t(6000 + display).bigEndian
      address.sin_addr.s_addr = in_addr_t(0x7f00_0001).bigEndian
      return withUnsafePointer(to: &address) { address in
        address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
          bind(listener, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0 && listen(listener, 8) == 0
        }
      }
    }
    guard let free else {
      close(listener)
      throw HarnessError("no port is free for a display")
    }
    display = free
    let thread = Thread { [state] in
      while true {
        let client = accept(listener, nil, nil)
        guard client >= 0 else { return }
        guard let server = Self.connect(toDisplay: number) else {
          close(client)
          continue
        }
        state.withLock { $0.open += [client, server] }
        Self.pump(from: client, to: server) { _ in }
        Self.pump(from: server, to: client) { count in state.withLock { $0.bytesFromServer += count } }
      }
    }
    thread.name = "accept"
    thread.start()
  }

  deinit { cut() }

  var bytesFromServer: Int { state.withLock { $0.bytesFromServer } }

  /// Ends all connections, and accepts no more.
  func cut() {
    let isFirst = state.withLock { state in
      defer { state.isCut = true }
      for socket in state.open { shutdown(socket, Int32(SHUT_RDWR)) }
      return !state.isCut
    }
    if isFirst { shutdown(listener, Int32(SHUT_RDWR)) }
  }

  private static func connect(toDisplay number: Int) -> Int32? {
    let server = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    var address = sockaddr_un()
    address.sun_family = sa_family_t(AF_UNIX)
    let path = "/tmp/.X11-unix/X\(number)"
    withUnsafeMutableBytes(of: &address.sun_path) { $0.copyBytes(from: path.utf8.prefix($0.count - 1)) }
    let status = withUnsafePointer(to: &address) { address in
      address.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        Glibc.connect(server, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
      }
    }
    return status == 0 ? server : nil
  }

  /// Copies on a new thread until either side ends; then ends the other too.
  private static func pump(from source: Int32, to target: Int32, _ copied: @escaping @Sendable (Int) -> Void) {
    let thread = Thread {
      var buffer = [UInt8](repeating: 0, count: 65536)
      copying: while true {
        let count = read(source, &buffer, buffer.count)
        guard count > 0 else { break }
        copied(count)
        var done = 0
        while done < count {
          let sent = buffer.withUnsafeBytes { send(target, $0.baseAddress! + done, count - done, Int32(MSG_NOSIGNAL)) }
          guard sent > 0 else { break copying }
          done += sent
        }
      }
      shutdown(target, Int32(SHUT_RDWR))
      shutdown(source, Int32(SHUT_RDWR))
    }
    thread.name = "pump"
    thread.start()
  }
}
