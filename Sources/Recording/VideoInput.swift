internal import Encoding
internal import Media

/// The video track's way into a recording: a subscription to the one encoder of the track, which is given up for a pause or
/// for another track and taken anew, and the queue. Owned by the writing thread, as ending an encoder waits for its thread,
/// and no caller of `pause` or `stop` should.
struct VideoInput {
  /// Hands on what the encode thread tells.
  final class Sink: EncodedVideoSink {
    fileprivate let queue: RecordingQueue
    private let leftOut: @Sendable () -> Void

    /// - Parameter leftOut: is told when the queue took a frame no more.
    init(_ queue: RecordingQueue, leftOut: @escaping @Sendable () -> Void) {
      self.queue = queue
      self.leftOut = leftOut
    }

    func videoSizeChanged(_ size: PixelSize) { queue.post(.size(size)) }
    func videoEnded(error: EncoderError?) { queue.post(.encoderEnded(error)) }
    func skipped(_ frames: [SkippedFrame]) { queue.post(frames) }
    func receive(_ frame: EncodedVideoFrame) { if !queue.post(frame) { leftOut() } }
  }

  private(set) var track: MediaStreamTrack
  /// The pictures', in the whole file; nil before the encoder has said it.
  var size: PixelSize?
  /// No more pictures come.
  private(set) var hasEnded = false
  /// Of `track`: an encoder codes what is left, and then tells.
  private(set) var hasTrackEnded = false
  private var encoder: VideoEncoder?
  /// Tells of the track's end, which no encoder does while paused.
  private var trackEnd: Task<Void, Never>?
  private var isKeyFrameRequested = false
  private let settings: EncodingSettings
  private let sink: Sink

  init(_ track: MediaStreamTrack, settings: EncodingSettings, into sink: Sink) {
    self.track = track
    self.settings = settings
    self.sink = sink
    watchEnd()
    subscribe()
  }

  /// Whether there is an encoder that pictures come from.
  var isRunning: Bool { encoder != nil }
  /// Whether the recording has pictures, or will.
  var isRecorded: Bool { !hasEnded || size != nil }

  /// Subscribes to the one encoder of the track, for pictures of the file's size.
  mutating func subscribe() {
    guard !hasEnded else { return }
    var settings = settings
    settings.canvas = size ?? settings.canvas
    encoder = VideoEncoder.subscribe(sink, to: track, settings: settings)
  }

  /// Asks for the key frame that is needed once frames were left out.
  mutating func requestKeyFrame() {
    let isNeeded = sink.queue.needsKeyFrame
    if isNeeded, !isKeyFrameRequested { encoder?.requestKeyFrame() }
    isKeyFrameRequested = isNeeded
  }

  /// Gives up the encoder, once it has finished what has been captured.
  /// - Parameter pause: of pictures, what came after it is left out: a slow disk may have kept it waiting.
  /// - Returns: what is still to be taken of pictures and sound, and what the encoder failed with, if it did.
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
    return (commands, sink.queue.forgetEncoder())
  }

  /// Another track from now on; the encoder of the one before was given up.
  mutating func replace(with track: MediaStreamTrack) {
    trackEnd?.cancel()
    self.track = track
    hasTrackEnded = false
    watchEnd()
  }

  /// A track has ended.
  /// - Returns: whether it was this one, and no encoder will tell of it.
  mutating func trackEnded(_ id: String) -> Bool {
    guard id == track.id else { return false }
    hasTrackEnded = true
    return encoder == nil
  }

  /// No more pictures come, nor are waited for.
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

  private mutating func watchEnd() {
    trackEnd = Task { [queue = sink.queue, track] in
      for await _ in track.events {}
      if !Task.isCancelled { queue.post(.trackEnded(track.id)) }
    }
  }
}
