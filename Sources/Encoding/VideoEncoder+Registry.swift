public import Media

extension VideoEncoder {
  private struct Key: Hashable {
    let track: String
    let settings: EncodingSettings
  }

  private struct Entry {
    weak var encoder: VideoEncoder?
  }

  private static let running = Monitor<[Key: Entry]>([:])

  /// Subscribes `sink` to the shared encoder of `track` with `settings`, which starts with its first subscriber and
  /// ends with its last.
  /// - Returns: the encoder; the subscription lasts until `remove`.
  public static func subscribe(
    _ sink: any EncodedVideoSink, to track: MediaStreamTrack, settings: EncodingSettings
  ) -> VideoEncoder {
    let key = Key(track: track.id, settings: settings)
    while true {
      let encoder = running.withLock { running in
        running = running.filter { $0.value.encoder != nil }
        if let encoder = running[key]?.encoder { return encoder }
        let encoder = VideoEncoder(track: track, settings: settings)
        running[key] = Entry(encoder: encoder)
        return encoder
      }
      if encoder.add(sink) { return encoder }
      // It ended between the look-up and now: make a new one.
      running.withLock { running in
        if running[key]?.encoder === encoder { running[key] = nil }
      }
    }
  }
}
