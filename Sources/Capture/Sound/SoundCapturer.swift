import Glibc
public import Media

/// Captures sound by way of a sound server: PulseAudio's, or PipeWire's in its place.
///
/// A thread of its own, "oriel-sound", owns the connection, and calls the sinks one after the other. What the sinks get lies
/// on the machine's clock without a gap: the device's drift is resampled away, the server's latency taken off, and whatever
/// was not to be had is silence. It ends only when it is stopped or let go of.
public final class SoundCapturer: AudioSource {
  /// The source in words, such as the device's description.
  public let label: String
  private let control: SoundControl

  private init(_ control: SoundControl, label: String) {
    self.control = control
    self.label = label
  }

  deinit { control.stop() }

  /// Connects and begins to record; sound comes to a sink once it is attached.
  /// - Parameters:
  ///   - selection: all but `window`, which `MediaDevices.getDisplayMedia` alone can look up.
  ///   - channelCount: 1 or 2; nil for two, but one where the selection is a single source of one.
  ///   - server: as in `$PULSE_SERVER`; nil for that, or the user's own. None is ever started.
  /// - Throws: `DisplayMediaError` with the reason `soundServerUnreachable` or `soundSourceNotFound`.
  public static func open(
    _ selection: AudioSelection, channelCount: Int? = nil, server: String? = nil
  ) async throws(DisplayMediaError) -> SoundCapturer {
    if case .window = selection { throw .invalid("the sound of a window needs a captured window; name one") }
    if let channelCount, !(1...2).contains(channelCount) {
      throw .invalid("\(channelCount) channels are asked for, and sound has one or two")
    }
    let control = SoundControl()
    let result: Result<String, DisplayMediaError> = await withCheckedContinuation { continuation in
      // Nobody joins it: `stop` waits for its last word instead.
      _ = NamedThread("oriel-sound") {
        guard let loop = PulseLoop() else {
          continuation.resume(returning: .failure(.soundUnreachable(server)))
          return
        }
        // Whoever stops it wakes the loop, up to the end.
        withExtendedLifetime(loop) {
          control.begin(loop)
          SoundLoop(control, loop, selection, channelCount: channelCount, server: server)
            .run { continuation.resume(returning: $0) }
          control.end()
        }
      }
    }
    return SoundCapturer(control, label: try result.get())
  }

  /// 48 kHz; the device is the server's name for what is recorded now.
  public var settings: MediaTrackSettings { control.settings }
  public var events: EventBroadcaster<MediaSourceEvent> { control.events }
  /// What was seen so far; readable at any time.
  public var statistics: SoundStatistics { control.statistics }

  public func attach(_ sink: any AudioSink) { control.sinks.attach(sink) }

  /// - Note: From within `receive` it returns at once.
  public func detach(_ sink: any AudioSink) { control.sinks.detach(sink) }

  public func stop() { control.stop() }
}
