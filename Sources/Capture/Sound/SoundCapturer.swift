import Glibc
public import Media

/// Captures sound from a sound server: PulseAudio, or PipeWire's PulseAudio server.
///
/// The thread "oriel-sound" owns the connection, and calls the sinks one after the other. The sinks get sound on the machine's
/// clock without a gap: the device's drift is resampled away, the server's latency is subtracted, and missing sound is
/// silence. The capturer ends only when it is stopped or released.
public final class SoundCapturer: AudioSource {
  /// The source's name for people, such as the device's description.
  public let label: String
  private let control: SoundControl

  private init(_ control: SoundControl, label: String) {
    self.control = control
    self.label = label
  }

  deinit { control.stop() }

  /// Connects and begins to record; a sink gets sound once it is attached.
  /// - Parameters:
  ///   - selection: all but `window`, which only `MediaDevices.getDisplayMedia` can look up.
  ///   - channelCount: 1 or 2; nil for two, or one for a single mono source.
  ///   - server: as in `$PULSE_SERVER`; nil for that, or the user's own. None is ever started.
  /// - Throws: `DisplayMediaError` with the reason `soundServerUnreachable` or `soundSourceNotFound`.
  public static func open(
    _ selection: AudioSelection, channelCount: Int? = nil, server: String? = nil
  ) async throws(DisplayMediaError) -> SoundCapturer {
    if case .window = selection { throw .invalid("the sound of a window needs a captured window; name one") }
    if let channelCount, !(1...2).contains(channelCount) {
      throw .invalid("\(channelCount) channels are requested, but sound has one or two")
    }
    let control = SoundControl()
    let result: Result<String, DisplayMediaError> = await withCheckedContinuation { continuation in
      // Not joined: `stop` waits for `control.end` instead.
      _ = NamedThread("oriel-sound") {
        guard let loop = PulseLoop() else {
          continuation.resume(returning: .failure(.soundUnreachable(server)))
          return
        }
        // The loop must exist until `control.end`, as `stop` wakes it from other threads.
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

  /// 48 kHz; `deviceId` is the server's name of the recorded device.
  public var settings: MediaTrackSettings { control.settings }
  public var events: EventBroadcaster<MediaSourceEvent> { control.events }
  /// The counts so far; readable at any time.
  public var statistics: SoundStatistics { control.statistics }

  public func attach(_ sink: any AudioSink) { control.sinks.attach(sink) }

  /// - Note: Called from within `receive`, it returns at once.
  public func detach(_ sink: any AudioSink) { control.sinks.detach(sink) }

  public func stop() { control.stop() }
}

/// A sound source's counts and measurements so far.
public struct SoundStatistics: Sendable, Equatable {
  /// How often sound was lost: it was not read in time, or a device stalled.
  public var overruns = 0
  /// Lost sound, which was replaced by silence. Samples of one channel at 48 kHz.
  public var lostFrames = 0
  /// How much faster than `CLOCK_MONOTONIC` the device counts its samples, in millionths; resampled away. Of several
  /// streams, the first one: the output's before the microphone's.
  public var drift = 0.0
  /// How far the sound is off the clock by the last measurement, in seconds; the largest of all devices.
  public var offset = 0.0
  /// From the last delivered sample's capture to its delivery.
  public var latency = MediaTime.zero
  /// Connections to the server so far.
  public var connections = 0
  /// Devices or playbacks that are recorded at present.
  public var streams = 0

  public init() {}
}
