/// Engine.IO's two transports.
public enum EngineIOTransport: String, Sendable {
  case polling
  case webSocket = "websocket"
}
