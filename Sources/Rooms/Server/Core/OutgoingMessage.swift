internal import NIOCore
internal import NIOWebSocket
internal import RoomProtocol

/// A packet that goes to any number of clients: encoded once, and framed once for each version of the protocol.
final class OutgoingMessage {
  let frames: [EngineIOFrame]
  private var third: ByteBuffer?
  private var fourth: ByteBuffer?

  init(_ packet: SocketIOPacket) { frames = packet.frames }

  /// The frames of a WebSocket, all in one buffer whose bytes all who send it share.
  func buffer(_ version: EngineIOVersion) -> ByteBuffer {
    switch version {
    case .v3:
      if let third { return third }
      let buffer = framed(.v3)
      third = buffer
      return buffer
    case .v4:
      if let fourth { return fourth }
      let buffer = framed(.v4)
      fourth = buffer
      return buffer
    }
  }

  private func framed(_ version: EngineIOVersion) -> ByteBuffer {
    var buffer = ByteBuffer()
    buffer.reserveCapacity(frames.reduce(0) { $0 + $1.count + 11 })
    for frame in frames {
      switch (frame, version) {
      case (.text(let bytes), _): OutgoingFrame.append(.text, bytes, to: &buffer)
      case (.binary(let bytes), .v4): OutgoingFrame.append(.binary, bytes, to: &buffer)
      case (.binary(let bytes), .v3):
        OutgoingFrame.append(.binary, [EngineIOPacket.Kind.message.rawValue] + bytes, to: &buffer)
      }
    }
    return buffer
  }
}
