/// Why an acknowledgement does not come.
public enum SocketIOAcknowledgementError: Error, Sendable {
  /// Not in the time given.
  case timedOut
  /// The client is not connected, or went away before, or has too many of them to give.
  case disconnected
}
