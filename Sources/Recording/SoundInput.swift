internal import Encoding
internal import Media

/// One audio track's way into a recording: an encoder of its own, since pauses are cut out of its samples, and the queue.
final class SoundInput: EncodedAudioSink {
  /// Among the recording's tracks, from 0.
  let lane: Int
  let encoder: AudioEncoder
  private let queue: RecordingQueue
  private let leftOut: @Sendable () -> Void

  /// - Parameter leftOut: is told when the queue took a packet no more.
  init(
    _ track: MediaStreamTrack, settings: AudioEncodingSettings, lane: Int, queue: RecordingQueue,
    leftOut: @escaping @Sendable () -> Void
  ) {
    self.lane = lane
    self.queue = queue
    self.leftOut = leftOut
    encoder = AudioEncoder(recording: track, settings: settings)
  }

  /// Begins to listen; what is heard is held until the recording's beginning is known.
  func start() { _ = encoder.add(self) }

  /// Ends at once. Nothing after `finish`.
  func abort() { encoder.remove(self) }

  func receive(_ packet: EncodedFrame) { if !queue.post(packet, lane: lane) { leftOut() } }

  func audioEnded(at end: MediaTime?, error: EncoderError?) { queue.post(.soundEnded(lane: lane, at: end, error)) }
}
