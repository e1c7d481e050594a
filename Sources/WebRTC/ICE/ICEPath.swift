internal import CNice

#if canImport(Glibc)
  internal import Glibc
#endif

/// Sends packets to the peer: directly by a UDP socket where the selected pair allows, else through libnice.
///
/// On the `NetworkThread` only. If the socket buffer is full, packets are dropped: sending must never wait.
final class ICEPath {
  /// The most parts of one UDP segmentation offload, and its most bytes.
  private static let segmentLimit = 64
  private static let segmentedBytesLimit = 65_000
  private static let sendBuffer: Int32 = 1 << 20

  /// Retained, so that its descriptor is not reused for something else.
  private let socket: UnsafeMutablePointer<GSocket>?
  private unowned let agent: ICEAgent
  private var remote = sockaddr_storage()
  private var remoteLength: socklen_t = 0
  private var segments = true
  private var messages: [oriel_mmsghdr] = []

  /// A path by `socket`, whose reference this takes over.
  init(socket: UnsafeMutablePointer<GSocket>, remote: NiceAddress, agent: ICEAgent) {
    self.socket = socket
    self.agent = agent
    var remote = remote
    withUnsafeMutablePointer(to: &self.remote) { storage in
      storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { nice_address_copy_to_sockaddr(&remote, $0) }
    }
    remoteLength = socklen_t(
      nice_address_ip_version(&remote) == 6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size)
    var size = Self.sendBuffer
    setsockopt(g_socket_get_fd(socket), SOL_SOCKET, SO_SNDBUF, &size, socklen_t(MemoryLayout<Int32>.size))
  }

  /// A path through libnice.
  init(agent: ICEAgent) {
    socket = nil
    self.agent = agent
  }

  deinit { if let socket { g_object_unref(socket) } }

  /// Sends one packet; false when it is dropped.
  func send(_ bytes: UnsafeRawBufferPointer) -> Bool {
    guard let descriptor else { return agent.send(bytes) }
    return withRemote { sendto(descriptor, bytes.baseAddress, bytes.count, Self.flags, $0, remoteLength) }
      == bytes.count
  }

  /// Sends packets; those after the first that is dropped are dropped as well.
  /// - Returns: how many were sent.
  func send(_ parts: UnsafeMutableBufferPointer<iovec>) -> Int {
    guard let descriptor else {
      for (index, part) in parts.enumerated()
      where !agent.send(UnsafeRawBufferPointer(start: part.iov_base, count: part.iov_len)) {
        return index
      }
      return parts.count
    }
    var sent = 0
    while sent < parts.count {
      let count = run(in: parts, from: sent)
      let now = UnsafeMutableBufferPointer(rebasing: parts[sent..<(sent + count)])
      let passed = send(now, by: descriptor)
      sent += passed
      if passed < count { break }
    }
    return sent
  }

  private static let flags = Int32(MSG_DONTWAIT | MSG_NOSIGNAL)

  private var descriptor: Int32? {
    guard let socket else { return nil }
    return g_socket_get_fd(socket)
  }

  /// How many parts from `start` on fit one offload: all of one size, except that the last may be shorter.
  private func run(in parts: UnsafeMutableBufferPointer<iovec>, from start: Int) -> Int {
    guard segments else { return parts.count - start }
    let size = parts[start].iov_len
    var end = start + 1
    var bytes = size
    while end < parts.count, end - start < Self.segmentLimit, parts[end].iov_len <= size {
      bytes += parts[end].iov_len
      guard bytes <= Self.segmentedBytesLimit else { break }
      end += 1
      if parts[end - 1].iov_len < size { break }
    }
    return end - start
  }

  private func send(_ parts: UnsafeMutableBufferPointer<iovec>, by descriptor: Int32) -> Int {
    if parts.count == 1 {
      return send(UnsafeRawBufferPointer(start: parts[0].iov_base, count: parts[0].iov_len)) ? 1 : 0
    }
    if segments {
      let size = UInt16(truncatingIfNeeded: parts[0].iov_len)
      let status = withRemote {
        oriel_send_segments(descriptor, $0, remoteLength, parts.baseAddress, parts.count, size)
      }
      if status >= 0 { return parts.count }
      guard [EINVAL, EIO, EMSGSIZE, EOPNOTSUPP, ENOPROTOOPT].contains(errno) else { return 0 }
      // A kernel or a device without the offload.
      segments = false
    }
    return withRemote { remote in
      messages.removeAll(keepingCapacity: true)
      for index in parts.indices {
        var message = oriel_mmsghdr()
        message.header.msg_name = UnsafeMutableRawPointer(mutating: remote)
        message.header.msg_namelen = remoteLength
        message.header.msg_iov = parts.baseAddress.map { $0 + index }
        message.header.msg_iovlen = 1
        messages.append(message)
      }
      let sent = messages.withUnsafeMutableBufferPointer {
        oriel_sendmmsg(descriptor, $0.baseAddress, UInt32($0.count), Self.flags)
      }
      return max(0, Int(sent))
    }
  }

  private func withRemote<Result>(_ body: (UnsafePointer<sockaddr>) -> Result) -> Result {
    withUnsafePointer(to: remote) { storage in
      storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { body($0) }
    }
  }
}
