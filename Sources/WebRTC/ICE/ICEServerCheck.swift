internal import CNice
internal import Media

#if canImport(Glibc)
  internal import Glibc
#endif

/// Finds out why a STUN or TURN server gives no candidate, since libnice does not report that: sends the same request with the
/// same credentials from a socket of its own.
///
/// On the `NetworkThread` only. Limited in time. It leaves nothing on the server: an allocation is released at once.
final class ICEServerCheck {
  enum Outcome: Equatable {
    case works
    /// No answer, or an invalid one.
    case unreachable(String)
    /// An error response of the server.
    case refused(code: Int, reason: String)
  }

  /// A request over UDP is sent again after each of these times; then the server counts as unreachable.
  private static let waits: [MediaTime] = [.milliseconds(300), .milliseconds(600), .milliseconds(1200)]
  private static let connectionLimit = MediaTime.seconds(4)
  private static let largestMessage = 1500
  /// All attributes that libnice knows. A `StunAgent` keeps the pointer, so the memory is never freed; it is read-only.
  nonisolated(unsafe) private static let knownAttributes: UnsafePointer<UInt16> =
    withUnsafeBytes(of: STUN_ALL_KNOWN_ATTRIBUTES) { bytes in
      let attributes = bytes.bindMemory(to: UInt16.self)
      let copy = UnsafeMutableBufferPointer<UInt16>.allocate(capacity: attributes.count + 1)
      _ = copy.initialize(from: Array(attributes) + [0])
      return UnsafePointer(copy.baseAddress!)
    }

  private let url: RTCIceServerURL
  private let username: String
  private let password: String
  private var completion: ((Outcome) -> Void)?
  /// The outcome, until `completion` is called with it.
  private var outcome: Outcome?
  private var descriptor: Int32 = -1
  private var source: OpaquePointer?
  private var timer: NetworkTimer?
  private var sent = 0
  private let agent: UnsafeMutablePointer<StunAgent>
  private let buffers: UnsafeMutablePointer<UInt8>
  private var requestLength = 0
  /// The part of a message received so far over TCP.
  private var received: [UInt8] = []
  private var hasAnswered = false
  private var retries = 0
  private var isDeallocating = false
  private let thread: NetworkThread

  /// - Parameter completion: called once, never within a call; not at all after `cancel`.
  init(
    url: RTCIceServerURL, address: IPAddress, server: RTCIceServer, thread: NetworkThread,
    completion: @escaping (Outcome) -> Void
  ) {
    self.url = url
    self.thread = thread
    self.completion = completion
    username = server.username ?? ""
    password = server.credential ?? ""
    agent = .allocate(capacity: 1)
    agent.initialize(to: StunAgent())
    buffers = .allocate(capacity: 2 * Self.largestMessage)
    buffers.initialize(repeating: 0, count: 2 * Self.largestMessage)
    stun_agent_init(
      agent, Self.knownAttributes, STUN_COMPATIBILITY_RFC5389,
      url.scheme == .stun ? StunAgentUsageFlags(0) : STUN_AGENT_USAGE_LONG_TERM_CREDENTIALS)
    timer = NetworkTimer(thread: thread) { [weak self] _ in self?.timeIsUp() }
    connect(to: address)
  }

  deinit {
    release()
    agent.deallocate()
    buffers.deallocate()
  }

  func cancel() {
    completion = nil
    release()
  }

  private func connect(to address: IPAddress) {
    let isStream = url.transport == .tcp
    let type = isStream ? SOCK_STREAM : SOCK_DGRAM
    descriptor = socket(
      address.isVersion6 ? AF_INET6 : AF_INET, Int32(type.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
    var remote = address.niceAddress(port: url.port)
    let status = withUnsafePointer(to: &remote.s.addr) { address in
      Glibc.connect(
        descriptor, address,
        socklen_t(
          address.pointee.sa_family == AF_INET6 ? MemoryLayout<sockaddr_in6>.size : MemoryLayout<sockaddr_in>.size))
    }
    guard descriptor >= 0, status == 0 || errno == EINPROGRESS else {
      return finish(.unreachable(String(cString: strerror(errno))))
    }
    prepareRequest(after: nil)
    if isStream {
      watch(G_IO_OUT)
      timer?.deadline = .now + Self.connectionLimit
    } else {
      watch(G_IO_IN)
      send()
    }
  }

  // MARK: - Messages

  private func prepareRequest(after response: UnsafeMutablePointer<StunMessage>?) {
    var message = StunMessage()
    if url.scheme == .stun {
      requestLength = stun_usage_bind_create(agent, &message, buffers, Self.largestMessage)
      return
    }
    var name = Array(username.utf8)
    var secret = Array(password.utf8)
    requestLength =
      isDeallocating
      ? stun_usage_turn_create_refresh(
        agent, &message, buffers, Self.largestMessage, response, 0, &name, name.count, &secret, secret.count,
        STUN_USAGE_TURN_COMPATIBILITY_RFC5766)
      : stun_usage_turn_create(
        agent, &message, buffers, Self.largestMessage, response, STUN_USAGE_TURN_REQUEST_PORT_NORMAL, -1, -1, &name,
        name.count, &secret, secret.count, STUN_USAGE_TURN_COMPATIBILITY_RFC5766)
  }

  private func send() {
    guard requestLength > 0 else { return finish(.unreachable("no request could be made")) }
    let count = Glibc.send(descriptor, buffers, requestLength, Int32(MSG_NOSIGNAL | MSG_DONTWAIT))
    guard count == requestLength else { return finish(.unreachable(String(cString: strerror(errno)))) }
    if url.transport == .udp, sent < Self.waits.count { timer?.deadline = .now + Self.waits[sent] }
    sent += 1
  }

  private func timeIsUp() {
    if url.transport == .udp, sent < Self.waits.count { return send() }
    finish(isDeallocating ? .works : .unreachable(hasAnswered ? "it stopped answering" : "it does not answer"))
  }

  private func receive() {
    var chunk = [UInt8](repeating: 0, count: Self.largestMessage)
    let count = recv(descriptor, &chunk, chunk.count, Int32(MSG_DONTWAIT))
    if count < 0, errno == EAGAIN || errno == EINTR { return }
    guard count > 0 else {
      return finish(.unreachable(count == 0 ? "it closed the connection" : String(cString: strerror(errno))))
    }
    if url.transport == .tcp {
      received += chunk[..<count]
      guard received.count >= 20 else { return }
      let length = 20 + Int(received[2]) << 8 + Int(received[3])
      guard length <= Self.largestMessage else { return finish(.unreachable("it does not speak STUN")) }
      guard received.count >= length else { return }
      handle(Array(received[..<length]))
      received.removeFirst(min(length, received.count))
    } else {
      handle(Array(chunk[..<count]))
    }
  }

  private func handle(_ bytes: [UInt8]) {
    // The message refers to this copy, which the next request is made from.
    let copy = buffers + Self.largestMessage
    copy.update(from: bytes, count: bytes.count)
    var response = StunMessage()
    guard stun_agent_validate(agent, &response, copy, bytes.count, nil, nil) == STUN_VALIDATION_SUCCESS else { return }
    hasAnswered = true
    guard stun_message_get_class(&response) == STUN_ERROR else { return succeeded(&response) }
    var code: Int32 = 0
    guard stun_message_find_error(&response, &code) == STUN_MESSAGE_RETURN_SUCCESS else {
      return finish(.unreachable("it does not speak STUN"))
    }
    // The first 401 carries the realm and the nonce, and a 438 (stale nonce) a new nonce: both lead to another request.
    if url.scheme != .stun, (code == 401 && retries == 0) || (code == 438 && retries < 3),
      stun_message_has_attribute(&response, STUN_ATTRIBUTE_REALM)
    {
      retries += 1
      sent = 0
      prepareRequest(after: &response)
      return send()
    }
    if code == 300 { return finish(.works) }
    finish(.refused(code: Int(code), reason: reason(of: &response)))
  }

  private func succeeded(_ response: inout StunMessage) {
    guard url.scheme != .stun, !isDeallocating else { return finish(.works) }
    isDeallocating = true
    sent = 0
    // The realm and the nonce of the earlier 401 are gone; the server's 401 to this request brings them again. Over TCP, closing
    // the socket frees the allocation anyway.
    retries = 0
    prepareRequest(after: nil)
    send()
  }

  /// The server's reason phrase, reduced to printable ASCII.
  private func reason(of response: inout StunMessage) -> String {
    var length: UInt16 = 0
    guard let value = stun_message_find(&response, STUN_ATTRIBUTE_ERROR_CODE, &length), length > 4 else { return "" }
    let text = UnsafeRawBufferPointer(start: value, count: Int(length)).dropFirst(4).prefix(128)
    return String(decoding: text.filter { (32...126).contains($0) }, as: UTF8.self)
  }

  // MARK: - The socket

  private func watch(_ condition: GIOCondition) {
    stopWatching()
    let source = g_unix_fd_source_new(descriptor, condition)
    let ready: @convention(c) (Int32, GIOCondition, gpointer?) -> gboolean = { _, condition, data in
      guard let data else { return 0 }
      Unmanaged<ICEServerCheck>.fromOpaque(data).takeUnretainedValue().isReady(condition)
      return 1
    }
    g_source_set_callback(
      source, unsafeBitCast(ready, to: GSourceFunc.self), Unmanaged.passUnretained(self).toOpaque(), nil)
    g_source_attach(source, thread.context)
    self.source = source.map { OpaquePointer($0) }
  }

  private func isReady(_ condition: GIOCondition) {
    guard url.transport == .tcp, sent == 0 else { return receive() }
    var error: Int32 = 0
    var length = socklen_t(MemoryLayout<Int32>.size)
    getsockopt(descriptor, SOL_SOCKET, SO_ERROR, &error, &length)
    guard error == 0 else { return finish(.unreachable(String(cString: strerror(error)))) }
    watch(G_IO_IN)
    send()
  }

  private func stopWatching() {
    guard let source else { return }
    self.source = nil
    let pointer = UnsafeMutablePointer<GSource>(source)
    g_source_destroy(pointer)
    g_source_unref(pointer)
  }

  /// The completion stays here until it is called, so that `cancel` in the same turn of the thread still prevents it.
  private func finish(_ outcome: Outcome) {
    release()
    guard completion != nil, self.outcome == nil else { return }
    self.outcome = outcome
    thread.later { [weak self] in self?.complete() }
  }

  private func complete() {
    guard let outcome, let completion else { return }
    self.completion = nil
    completion(outcome)
  }

  private func release() {
    stopWatching()
    timer?.deadline = nil
    if descriptor >= 0 { close(descriptor) }
    descriptor = -1
  }
}
