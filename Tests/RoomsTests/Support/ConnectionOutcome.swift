import Harness
import Rooms

/// Connects a client and returns `connected`, or the error's text.
func outcome(
  of url: String, _ change: (inout SocketIOClientConfiguration) -> Void = { _ in }
) async -> String {
  var configuration = SocketIOClientConfiguration(url: url)
  configuration.connectTimeout = .seconds(15)
  change(&configuration)
  let client = SocketIOClient(configuration)
  do {
    try await client.connect()
    await client.disconnect()
    return "connected"
  } catch {
    return "\(error)"
  }
}
