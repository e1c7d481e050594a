import Foundation

/// A listening socket passed by a service manager. Source: sd_listen_fds(3).
struct ActivatedSocket {
  let descriptor: Int32
  /// The address that it listens on.
  let address: ListenAddress

  /// - Returns: nil if no socket was passed.
  /// - Throws: `Failure` for several sockets, or for one that is not a listening TCP socket.
  static func take() throws(Failure) -> ActivatedSocket? {
    let environment = ProcessInfo.processInfo.environment
    guard environment["LISTEN_PID"] == "\(getpid())", let count = environment["LISTEN_FDS"].flatMap({ Int($0) }),
      count > 0
    else { return nil }
    let first: Int32 = 3
    guard count == 1, let address = address(of: first) else {
      throw Failure(
        status: .usage, code: "usage",
        message: "the service manager passed \(count == 1 ? "no listening TCP socket" : "\(count) sockets"); "
          + "configure exactly one socket that listens on an address and a port")
    }
    _ = fcntl(first, F_SETFD, FD_CLOEXEC)
    return ActivatedSocket(descriptor: first, address: address)
  }

  private static func address(of socket: Int32) -> ListenAddress? {
    var address = sockaddr_storage()
    var length = socklen_t(MemoryLayout.size(ofValue: address))
    var isListening: Int32 = 0
    var size = socklen_t(MemoryLayout.size(ofValue: isListening))
    var (host, port) = ([CChar](repeating: 0, count: 256), [CChar](repeating: 0, count: 16))
    let isKnown = withUnsafeMutablePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        getsockname(socket, $0, &length) == 0 && [AF_INET, AF_INET6].contains(Int32($0.pointee.sa_family))
          && getnameinfo(
            $0, length, &host, socklen_t(host.count), &port, socklen_t(port.count), NI_NUMERICHOST | NI_NUMERICSERV)
            == 0
      }
    }
    guard isKnown, getsockopt(socket, SOL_SOCKET, SO_ACCEPTCONN, &isListening, &size) == 0, isListening != 0 else {
      return nil
    }
    func text(_ characters: [CChar]) -> String {
      String(decoding: characters.prefix { $0 != 0 }.map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
    return Int(text(port)).map { ListenAddress(host: text(host), port: $0) }
  }
}
