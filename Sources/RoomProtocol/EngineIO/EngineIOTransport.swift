/// The two ways Engine.IO travels.
public enum EngineIOTransport: String, Sendable {
  case polling
  case webSocket = "websocket"
}
