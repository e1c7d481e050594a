internal import Encoding
internal import Media

/// Connects one audio track to a recording: an encoder of its own, since pauses are cut out of its samples, and the
/// queue.
final class SoundInput: EncodedAudioSink {
  /// The track's index among the recording's tracks, from 0.
  let lane: Int
  let encoder: AudioEncoder
  private let queue: RecordingQueue
  private let onDiscard: @Sendable () -> Void

  /// - Parameter onDiscard: called when the queue was too full for a packet.
  init(
    _ track: MediaStreamTrack, settings: AudioEncodingSettings, lane: Int, queue: RecordingQueue,
    onDiscard: @escaping @Sendable () -> Void
  ) {
    self.lane = lane
    self.queue = queue
    self.onDiscard = onDiscard
    encoder = AudioEncoder(recording: track, settings: settings)
  }

  /// Begins to receive sound, which is buffered until the recording's beginning is known.
  func start() { _ = encoder.add(self) }

  /// Ends at once. Has no effect after `finish`.
  func abort() { encoder.remove(self) }

  func receive(_ packet: EncodedFrame) { if !queue.post(packet, lane: lane) { onDiscard() } }

  func audioEnded(at end: MediaTime?, error: EncoderError?) { queue.post(.soundEnded(lane: lane, at: end, error)) }
}
