/// Why an event was not acknowledged.
public enum SocketIOAcknowledgementError: Error, Sendable {
  /// Not within the given time.
  case timedOut
  /// The peer is not connected, disconnected before, or has too many acknowledgements pending.
  case disconnected
}
