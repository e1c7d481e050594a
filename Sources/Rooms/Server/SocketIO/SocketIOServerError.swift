/// Why a server cannot start.
public enum SocketIOServerError: Error, Sendable, CustomStringConvertible {
  /// Another program listens there.
  case addressInUse(String)
  case cannotListen(String, why: String)
  case certificate(String)

  public var description: String {
    switch self {
    case .addressInUse(let address):
      "cannot listen on \(address): another program does already; end that, or choose another address with --listen"
    case .cannotListen(let address, let why): "cannot listen on \(address): \(why)"
    case .certificate(let why): why
    }
  }
}
