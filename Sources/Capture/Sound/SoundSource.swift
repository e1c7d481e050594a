/// Something that a sound server records from.
public struct SoundSource: Sendable, Equatable {
  /// What it gives.
  public enum Kind: String, Sendable {
    /// What an output plays.
    case monitor
    /// What comes in: a microphone, a line.
    case microphone
  }

  /// The sound server's name for it, which `AudioSelection.source` takes; show it to people only with control characters
  /// made harmless.
  public var name: String
  /// In words, by the server; to be shown likewise.
  public var description: String
  public var kind: Kind
  /// Whether it is what `system` or `mic` stand for at the moment.
  public var isDefault: Bool
  /// 1 to 32, of its own; at most two are recorded.
  public var channelCount: Int

  public init(name: String, description: String, kind: Kind, isDefault: Bool, channelCount: Int = 2) {
    self.name = name
    self.description = description
    self.kind = kind
    self.isDefault = isDefault
    self.channelCount = channelCount
  }
}
