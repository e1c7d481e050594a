import Harness
import Media
import RTP
import RoomProtocol
import Rooms
import Sharing
import WebRTC

/// A canvas shared in the room `demo` of its own room server.
@NetworkThreadActor final class SharedCanvas {
  nonisolated static let size = PixelSize(width: 160, height: 120)

  private(set) var server: RoomServer
  let port: Int
  let canvas: Canvas
  let stream: MediaStream
  let share: ScreenShare
  /// The share's events, in order.
  let events = Watched<[ScreenShareEvent]>([])
  let haveEventsEnded = Watched(false)
  private var colour: UInt32 = 0

  /// - Parameter withSound: whether an audio track without samples is shared too.
  init(withSound: Bool = false, configuration: RTCConfiguration = .loopback) async throws {
    server = RoomServer()
    port = try await server.start()
    canvas = Canvas(width: Self.size.width, height: Self.size.height)
    stream = canvas.captureStream()
    if withSound { stream.addTrack(MediaStreamTrack(source: PCMSource(), label: "sound")) }
    share = ScreenShare(
      stream, in: RoomClient(.quick(port: port), room: "demo", RoomJoin(role: .publisher, name: "Paula")),
      configuration: configuration)
    let received = share.events
    Task { [events, haveEventsEnded] in
      for await event in received { events.update { $0.append(event) } }
      haveEventsEnded.update { $0 = true }
    }
    try await share.start()
  }

  /// Fills the canvas with a new colour.
  func paint() {
    colour = (colour + 0x10_3050) & 0xFF_FFFF
    canvas.paint { [colour] in $0.fill(PixelRect(Self.size), colour) }
  }

  /// Waits for an event of the share, and removes it and all earlier ones.
  @discardableResult
  func event<Found: Sendable>(
    _ what: String, _ pick: @escaping @Sendable (ScreenShareEvent) -> Found?
  ) async throws -> Found {
    try await events.first(what, within: .seconds(30)) { events in
      for (index, event) in events.enumerated() {
        guard let found = pick(event) else { continue }
        events.removeSubrange(...index)
        return found
      }
      return nil
    }
  }

  /// Ends the room server, as a crash or a restart of its machine would.
  func stopServer() async { await server.shutdown(within: .milliseconds(100)) }

  /// Starts a new room server at the same address.
  func startServer() async throws {
    var configuration = RoomServerConfiguration()
    configuration.server.port = port
    server = RoomServer(configuration)
    try await server.start()
  }

  func stop() async {
    await share.stop()
    await stopServer()
    for track in stream.getTracks() { track.stop() }
  }
}

extension SocketIOClientConfiguration {
  /// A configuration with short reconnection delays.
  static func quick(port: Int) -> SocketIOClientConfiguration {
    var configuration = SocketIOClientConfiguration(url: "http://127.0.0.1:\(port)")
    configuration.reconnection?.first = .milliseconds(50)
    configuration.reconnection?.longest = .milliseconds(200)
    return configuration
  }
}

extension RTCConfiguration {
  /// For peers on this machine, over the loopback interface only.
  static var loopback: RTCConfiguration {
    var configuration = RTCConfiguration()
    configuration.localAddresses = ["127.0.0.1"]
    return configuration
  }
}
