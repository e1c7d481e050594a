/// Why an ICE server gave no candidate: the content of the event icecandidateerror (W3C WebRTC §4.8.3).
public struct RTCIceCandidateError: Error, Sendable, Hashable, CustomStringConvertible {
  /// The local address that was used to reach the server, if it is known and may be disclosed.
  public var address: String?
  /// The port that belongs to `address`.
  public var port: UInt16?
  /// The server's URL, as configured; empty for an error of this machine.
  public var url: String
  /// STUN's error code (401: wrong credentials); 701 when the server was not reached.
  public var errorCode: Int
  /// One sentence for people.
  public var errorText: String

  public init(address: String? = nil, port: UInt16? = nil, url: String, errorCode: Int, errorText: String) {
    self.address = address
    self.port = port
    self.url = url
    self.errorCode = errorCode
    self.errorText = errorText
  }

  /// The server was not reached.
  static let unreachable = 701

  public var description: String { url.isEmpty ? errorText : "\(url): \(errorText) (\(errorCode))" }

  /// The sentence for people, preceded by the server's URL unless it is an error of this machine.
  package var message: String { url.isEmpty ? errorText : "\(url): \(errorText)" }
}
