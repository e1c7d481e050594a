public import Media

/// The options of `getUserMedia`, with the W3C's names. There are no cameras here.
public struct UserMediaStreamOptions: Sendable, Equatable {
  /// The microphone: `deviceId` is the sound server's name for it, `channelCount` 1 or 2. `false` is not allowed.
  public var audio: MediaTrackRequest
  /// The sound server, as in `$PULSE_SERVER`; nil for that, or the user's own. None is ever started.
  public var soundServer: String?

  public init(audio: MediaTrackRequest = true, soundServer: String? = nil) {
    self.audio = audio
    self.soundServer = soundServer
  }
}
