import NIOCore
import NIOEmbedded
import RoomProtocol

@testable import Rooms

/// A client whose server or proxy sends arbitrary bytes, and connects and disconnects at any time.
enum ClientChecks {
  static func check(_ pieces: Pieces, throughProxy: Bool, isPolling: Bool) {
    let network = EmbeddedNetwork()
    var configuration = SocketIOClientConfiguration(url: "http://rooms.example.org:8080")
    configuration.maxPayload = 4000
    configuration.transport = isPolling ? .upgrade : .webSocketFirst
    configuration.proxy = throughProxy ? .url("http://user:secret@proxy.example.org") : .none
    let client = ReconnectingClient(configuration, network.loop)
    let owner = Owner()
    client.owner = owner
    guard let dialer = try? Dialer(configuration, environment: [:], connect: network.connect) else {
      fatalError("the address is invalid")
    }
    let connected = client.connect(dialer)
    connected.whenComplete { _ in }
    for (kind, bytes) in pieces {
      network.perform(kind, bytes)
      if kind & 32 != 0 { try? client.connected().emit("chat", [.string("r"), .string("text")]) }
      precondition(network.openCount <= 4, "more connections than a client needs")
    }
    let closed = client.close()
    closed.whenComplete { _ in }
    network.loop.advanceTime(by: .seconds(60))
    precondition(network.openCount == 0, "a connection remains after the client is closed")
    precondition(owner.isOver || !owner.wasConnected, "closed without `disconnected`")
  }

  private final class Owner: ReconnectingClient.Owner {
    private(set) var wasConnected = false
    private(set) var isOver = false

    func connected(id: String) {
      precondition(!isOver, "connected after the end")
      wasConnected = true
    }

    func received(_ event: SocketIOEvent) { precondition(!isOver && wasConnected, "an event without a connection") }

    func disconnected(_ error: SocketIOClientError, willReconnect: Bool) {
      precondition(!isOver, "disconnected twice")
      isOver = !willReconnect
    }
  }
}

/// Emulated connections in virtual time.
///
/// `@unchecked Sendable`: used on one thread.
private final class EmbeddedNetwork: @unchecked Sendable {
  let loop = EmbeddedEventLoop()
  private var channels: [EmbeddedChannel] = []
  private var refuses = false

  var connect: Dialer.Connector {
    { [self] _, _, _, attempt in
      guard !refuses, let address = try? SocketAddress(ipAddress: "192.0.2.1", port: 8080) else {
        return loop.makeFailedFuture(ChannelError.connectTimeout(.seconds(1)))
      }
      let channel = EmbeddedChannel(loop: loop)
      channels.append(channel)
      attempt(channel)
      return channel.connect(to: address).map { channel }
    }
  }

  var openCount: Int { channels.count { $0.isActive } }

  func perform(_ kind: UInt8, _ bytes: ArraySlice<UInt8>) {
    channels.removeAll { !$0.isActive }
    refuses = kind & 7 == 7
    switch kind & 7 {
    case 0: loop.advanceTime(by: .milliseconds(Int64(bytes.first ?? 0) * 10))
    case 1: loop.advanceTime(by: .seconds(Int64(bytes.first ?? 0)))
    case 2: channel(kind)?.close(promise: nil)
    case 3: if let channel = channel(kind) { deliver(handshake(for: channel) + bytes, to: channel) }
    case 4: if let channel = channel(kind) { for byte in bytes { deliver([byte], to: channel) } }
    case 5:
      guard let channel = channel(kind) else { break }
      deliver(Array("HTTP/1.1 200 OK\r\nContent-Length: \(bytes.count)\r\n\r\n".utf8) + bytes, to: channel)
    default: if let channel = channel(kind) { deliver(Array(bytes), to: channel) }
    }
    loop.run()
    for channel in channels where kind & 64 == 0 { _ = takeOutput(of: channel) }
  }

  private func channel(_ kind: UInt8) -> EmbeddedChannel? {
    channels.isEmpty ? nil : channels[channels.count - 1 - Int(kind >> 3 & 3) % channels.count]
  }

  private func deliver(_ bytes: [UInt8], to channel: EmbeddedChannel) {
    guard channel.isActive else { return }
    channel.pipeline.fireChannelRead(ByteBuffer(bytes: bytes))
    channel.pipeline.fireChannelReadComplete()
    loop.run()
  }

  private func takeOutput(of channel: EmbeddedChannel) -> [UInt8] {
    var bytes: [UInt8] = []
    while let buffer = try? channel.readOutbound(as: ByteBuffer.self) { bytes += buffer.readableBytesView }
    return bytes
  }

  /// The answer to a WebSocket request, if one was sent last.
  private func handshake(for channel: EmbeddedChannel) -> [UInt8] {
    let request = String(decoding: takeOutput(of: channel), as: UTF8.self).split(whereSeparator: \.isNewline)
    let name = "sec-websocket-key: "
    guard let line = request.first(where: { $0.lowercased().hasPrefix(name) }) else { return [] }
    let key = String(line.dropFirst(name.count))
    return Array(
      """
      HTTP/1.1 101 Switching Protocols\r
      Upgrade: websocket\r
      Connection: Upgrade\r
      Sec-WebSocket-Accept: \(WebSocketHandshake.accept(key))\r
      \r

      """.utf8)
  }
}
