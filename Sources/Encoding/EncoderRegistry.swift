internal import Media

/// The running encoders of one kind, by their track's id and their settings: a subscriber gets the encoder that runs
/// already, or else a new one.
final class EncoderRegistry<Encoder: AnyObject & Sendable, Settings: Hashable & Sendable>: Sendable {
  private struct Key: Hashable {
    let track: String
    let settings: Settings
  }

  private struct Entry {
    weak var encoder: Encoder?
  }

  private let running = Monitor<[Key: Entry]>([:])

  /// - Parameters:
  ///   - make: makes an encoder without subscribers, with the registry locked.
  ///   - add: adds the subscriber; false if the encoder has ended or is ending.
  /// - Returns: the encoder that the subscriber was added to.
  func subscribe(
    to track: String, settings: Settings, make: () -> Encoder, add: (Encoder) -> Bool
  ) -> Encoder {
    let key = Key(track: track, settings: settings)
    while true {
      let encoder = running.withLock { running in
        running = running.filter { $0.value.encoder != nil }
        if let encoder = running[key]?.encoder { return encoder }
        let encoder = make()
        running[key] = Entry(encoder: encoder)
        return encoder
      }
      if add(encoder) { return encoder }
      // It ended between the look-up and now: make a new one.
      running.withLock { running in
        if running[key]?.encoder === encoder { running[key] = nil }
      }
    }
  }
}
