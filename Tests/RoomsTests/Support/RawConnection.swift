import Glibc
import Harness

/// A TCP connection to this machine over which a test sends any bytes. Blocks.
final class RawConnection {
  private let socket: Int32
  private var received: [UInt8] = []
  private(set) var hasEnded = false

  init(port: Int, receiveBuffer: Int32? = nil) throws {
    socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
    if var size = receiveBuffer {
      setsockopt(socket, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<Int32>.size))
    }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port).bigEndian)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let status = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard status == 0 else { throw HarnessError("connect: \(String(cString: strerror(errno)))") }
    var on: Int32 = 1
    setsockopt(socket, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close() }

  private var isClosed = false
  func close() {
    if !isClosed { Glibc.close(socket) }
    isClosed = true
  }

  /// Sends all bytes; stops silently when the peer has closed the connection.
  func send(_ bytes: [UInt8]) {
    var done = 0
    while done < bytes.count {
      let count = bytes[done...].withUnsafeBytes {
        Glibc.send(socket, $0.baseAddress, $0.count, Int32(bitPattern: UInt32(MSG_NOSIGNAL)))
      }
      guard count > 0 else { return }
      done += count
    }
  }

  func send(_ text: String) { send(Array(text.utf8)) }

  /// Receives until `take` returns a value from the received bytes.
  /// - Returns: nil when the connection ends first.
  /// - Throws: `HarnessError` after `seconds`.
  func next<Found>(within seconds: Double = 10, _ take: (inout [UInt8]) -> Found?) throws -> Found? {
    let end = MonotonicClock.seconds + seconds
    while true {
      if let found = take(&received) { return found }
      if hasEnded { return nil }
      var poll = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
      let left = Int32(max(0, (end - MonotonicClock.seconds) * 1000))
      guard Glibc.poll(&poll, 1, left) > 0 else { throw HarnessError("nothing for \(seconds) s") }
      var buffer = [UInt8](repeating: 0, count: 65_536)
      let count = recv(socket, &buffer, buffer.count, 0)
      if count <= 0 { hasEnded = true } else { received += buffer[..<count] }
    }
  }

  /// Waits for the end of the connection.
  func waitForEnd(within seconds: Double = 10) throws {
    _ = try next(within: seconds) { (bytes: inout [UInt8]) -> Void? in
      bytes = []
      return nil
    }
  }

  // MARK: HTTP

  struct Response {
    let status: Int
    let head: String
    let body: String

    /// A header's value.
    subscript(name: String) -> String? {
      let line = head.split(separator: "\r\n").first { $0.lowercased().hasPrefix(name.lowercased() + ": ") }
      return line.map { String($0.dropFirst(name.count + 2)) }
    }
  }

  /// The next response; nil when the connection ends before it is complete.
  func response(within seconds: Double = 10, hasBody: Bool = true) throws -> Response? {
    try next(within: seconds) { bytes in
      let text = String(decoding: bytes, as: UTF8.self)
      guard let end = text.firstRange(of: "\r\n\r\n") else { return nil }
      let head = String(text[..<end.lowerBound])
      let status = head.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
      let length = Response(status: status, head: head, body: "")["Content-Length"].flatMap { Int($0) } ?? 0
      let start = head.utf8.count + 4
      let count = hasBody ? length : 0
      guard bytes.count >= start + count else { return nil }
      let body = String(decoding: bytes[start..<start + count], as: UTF8.self)
      bytes.removeFirst(start + count)
      return Response(status: status, head: head, body: body)
    }
  }

  /// Sends a request and waits for the response.
  func get(_ target: String, method: String = "GET", _ headers: [String] = [], body: String = "") throws -> Response? {
    var lines = ["\(method) \(target) HTTP/1.1"]
    if !headers.contains(where: { $0.hasPrefix("Host:") }) { lines.append("Host: 127.0.0.1") }
    if !body.isEmpty { lines.append("Content-Length: \(body.utf8.count)") }
    send((lines + headers).joined(separator: "\r\n") + "\r\n\r\n" + body)
    return try response(hasBody: method != "HEAD")
  }
}
