import Foundation
import Oriel

// Serves a room on this machine and shares the desktop in it: open the printed link. `oriel-share-desktop [PORT]`

do {
  // Only the holder of the publisher token may present. Viewers reach other addresses than loopback by HTTPS: set
  // `server.host` and `server.certificate`.
  let token = ShareIdentity.randomSession()
  var configuration = RoomServerConfiguration()
  configuration.server.port = CommandLine.arguments.dropFirst().first.flatMap { Int($0) } ?? 0
  configuration.rooms.publisherToken = Secret(token)
  let server = RoomServer(configuration)
  let port = try await server.start()

  let identity = try ShareIdentity.random()
  let room = RoomClient(
    SocketIOClientConfiguration(url: "http://127.0.0.1:\(port)"), room: "desktop",
    RoomJoin(role: .publisher, name: "Presenter", token: token, session: identity.session))
  var connection = RTCConfiguration()
  connection.certificates = [identity.certificate]

  let stream = try await MediaDevices.getDisplayMedia()
  let share = await ScreenShare(stream, in: room, configuration: connection)
  let events = share.events
  try await share.start()
  print("http://127.0.0.1:\(port)/room/desktop#fp=\(identity.fingerprint)")
  fflush(nil)
  for await event in events {
    switch event {
    case .viewerConnected(let viewer): print("\(viewer.name ?? viewer.id) watches")
    case .viewerLeft(let viewer): print("\(viewer.name ?? viewer.id) left")
    case .warning(_, let message): print(message)
    case .ended(let error): throw error
    default: continue
    }
    fflush(nil)
  }
} catch {
  FileHandle.standardError.write(Data("oriel-share-desktop: \(error)\n".utf8))
  exit(69)
}
