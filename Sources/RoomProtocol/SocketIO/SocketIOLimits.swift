/// Limits for what the other side sends, and for what is pending.
public struct SocketIOLimits: Sendable {
  public var json: JSONLimits
  /// The most attachments of one packet, and their total bytes.
  public var attachments: Int
  public var attachmentBytes: Int
  /// The most bytes of a namespace's name.
  public var namespaceBytes: Int
  /// The most namespaces that one client is in or has asked for.
  public var namespaces: Int
  /// The most acknowledgements pending at a time.
  public var acknowledgements: Int
  /// How long a client may be connected without a namespace.
  public var connectTimeout: Duration

  public init(
    json: JSONLimits = JSONLimits(), attachments: Int = 64, attachmentBytes: Int = 4_000_000,
    namespaceBytes: Int = 256, namespaces: Int = 16, acknowledgements: Int = 1000,
    connectTimeout: Duration = .seconds(45)
  ) {
    self.json = json
    self.attachments = attachments
    self.attachmentBytes = attachmentBytes
    self.namespaceBytes = namespaceBytes
    self.namespaces = namespaces
    self.acknowledgements = acknowledgements
    self.connectTimeout = connectTimeout
  }
}
