import Media

/// Lists a sound server's sources.
public enum SoundSources {
  /// The sources of a sound server, in its order. Never starts a server.
  /// - Parameter server: as in `$PULSE_SERVER`; nil for that, or the user's own.
  /// - Throws: `DisplayMediaError` with the reason `soundServerUnreachable` where none answers within five seconds.
  public static func list(server: String? = nil) async throws(DisplayMediaError) -> [SoundSource] {
    let result: Result<[SoundSource], DisplayMediaError> = await withCheckedContinuation { continuation in
      _ = NamedThread("oriel-sound") { continuation.resume(returning: query(server)) }
    }
    return try result.get()
  }

  private static func query(_ server: String?) -> Result<[SoundSource], DisplayMediaError> {
    guard let loop = PulseLoop() else { return .failure(.soundUnreachable(server)) }
    let connection = PulseConnection(loop, server: server, listsPlaybacks: false)
    let deadline = MediaTime.now + .milliseconds(5000)
    while connection.inventory == nil, connection.state != .failed, MediaTime.now < deadline {
      guard loop.turn(until: deadline) else { break }
    }
    guard let inventory = connection.inventory else { return .failure(.soundUnreachable(server)) }
    return .success(inventory.listing)
  }
}

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
