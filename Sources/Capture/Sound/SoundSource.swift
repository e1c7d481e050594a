/// A source of a sound server.
public struct SoundSource: Sendable, Equatable {
  public enum Kind: String, Sendable {
    /// The sound that an output plays.
    case monitor
    /// An input: a microphone, a line.
    case microphone
  }

  /// The sound server's name, for `AudioSelection.source`. Replace control characters before showing it to people.
  public var name: String
  /// The server's description. Replace control characters before showing it to people.
  public var description: String
  public var kind: Kind
  /// Whether `system` or `mic` selects it at present.
  public var isDefault: Bool
  /// The source's channels, 1 to 32. They are mixed to at most two.
  public var channelCount: Int

  public init(name: String, description: String, kind: Kind, isDefault: Bool, channelCount: Int = 2) {
    self.name = name
    self.description = description
    self.kind = kind
    self.isDefault = isDefault
    self.channelCount = channelCount
  }
}
