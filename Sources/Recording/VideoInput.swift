internal import Encoding
internal import Media

/// Connects the video track to a recording: a subscription to the track's one encoder, which is cancelled for a pause
/// or another track and then renewed, and the queue. Owned by the writing thread: ending an encoder waits for its
/// thread, and no caller of `pause` or `stop` should.
struct VideoInput {
  /// Passes the encode thread's calls to the queue.
  final class Sink: EncodedVideoSink {
    fileprivate let queue: RecordingQueue
    private let onDiscard: @Sendable () -> Void

    /// - Parameter onDiscard: called when the queue was too full for a frame.
    init(_ queue: RecordingQueue, onDiscard: @escaping @Sendable () -> Void) {
      self.queue = queue
      self.onDiscard = onDiscard
    }

    func videoSizeChanged(_ size: PixelSize) { queue.post(.size(size)) }
    func videoEnded(error: EncoderError?) { queue.post(.encoderEnded(error)) }
    func skipped(_ frames: [SkippedFrame]) { queue.post(frames) }
    func receive(_ frame: EncodedVideoFrame) { if !queue.post(frame) { onDiscard() } }
  }

  private(set) var track: MediaStreamTrack
  /// The pictures' size, in the whole file; nil before the encoder has reported it.
  var size: PixelSize?
  /// No more pictures follow.
  private(set) var hasEnded = false
  /// Whether `track` has ended: an encoder codes the remaining pictures, then reports the end.
  private(set) var hasTrackEnded = false
  private var encoder: VideoEncoder?
  /// Reports the track's end, which no encoder does while paused.
  private var trackEnd: Task<Void, Never>?
  private var isKeyFrameRequested = false
  private let settings: EncodingSettings
  private let sink: Sink

  init(_ track: MediaStreamTrack, settings: EncodingSettings, into sink: Sink) {
    self.track = track
    self.settings = settings
    self.sink = sink
    observeTrackEnd()
    subscribe()
  }

  /// Whether there is an encoder.
  var isRunning: Bool { encoder != nil }
  /// Whether the recording has pictures, or may get some.
  var isRecorded: Bool { !hasEnded || size != nil }

  /// Subscribes to the track's one encoder, for pictures of the file's size.
  mutating func subscribe() {
    guard !hasEnded else { return }
    var settings = settings
    settings.canvas = size ?? settings.canvas
    encoder = VideoEncoder.subscribe(sink, to: track, settings: settings)
  }

  /// Requests the key frame that is needed after frames were discarded.
  mutating func requestKeyFrame() {
    let isNeeded = sink.queue.needsKeyFrame
    if isNeeded, !isKeyFrameRequested { encoder?.requestKeyFrame() }
    isKeyFrameRequested = isNeeded
  }

  /// Unsubscribes from the encoder, once it has finished all captured pictures.
  /// - Parameter pause: pictures captured after this time are discarded: a slow disk may have delayed this call.
  /// - Returns: the remaining commands for pictures and sound, and the encoder's error, if any.
  mutating func unsubscribe(at pause: MediaTime?) -> (commands: [RecordingQueue.Command], error: EncoderError?) {
    guard let encoder else { return ([], nil) }
    self.encoder = nil
    encoder.remove(sink, finishing: true)
    var isPast = false
    let commands = sink.queue.takeFrames().filter { command in
      switch command {
      case .sound, .soundEnded: return true
      case .frame(let frame): isPast = isPast || pause.map { frame.timestamp > $0 } == true
      default: break
      }
      return !isPast
    }
    return (commands, sink.queue.removeEncoderEnd())
  }

  /// Switches to another track; the encoder of the old one must be unsubscribed.
  mutating func replace(with track: MediaStreamTrack) {
    trackEnd?.cancel()
    self.track = track
    hasTrackEnded = false
    observeTrackEnd()
  }

  /// Handles the end of a track.
  /// - Returns: whether it was this one, and no encoder will report it.
  mutating func trackEnded(_ id: String) -> Bool {
    guard id == track.id else { return false }
    hasTrackEnded = true
    return encoder == nil
  }

  /// Ends the pictures without waiting for any.
  mutating func end() {
    hasEnded = true
    encoder?.remove(sink)
    encoder = nil
  }

  /// Ends at once, with the recording.
  mutating func close() {
    trackEnd?.cancel()
    encoder?.remove(sink)
    encoder = nil
  }

  private mutating func observeTrackEnd() {
    trackEnd = Task { [queue = sink.queue, track] in
      for await _ in track.events {}
      if !Task.isCancelled { queue.post(.trackEnded(track.id)) }
    }
  }
}
