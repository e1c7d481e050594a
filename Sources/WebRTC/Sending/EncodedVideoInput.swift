internal import Encoding
internal import Media
internal import RTP

/// The end of an `EncodedTrack` on a picture's encode thread: packetises each frame once, and hands it over without ever
/// waiting.
final class EncodedVideoInput: EncodedVideoSink {
  private let track: MediaStreamTrack
  private let inbox: RTCInbox<EncodedTrack.Item>
  private let packetizer = VP8Packetizer()
  private let state = Monitor((encoder: nil as VideoEncoder?, awaitsKeyFrame: false))

  /// - Parameter handler: gets what comes, on the RTC thread.
  init(track: MediaStreamTrack, handler: @escaping @RTCActor @Sendable (EncodedTrack.Item) -> Void) {
    self.track = track
    // Two seconds of frames: if the thread is held up for longer, a key frame is the better way on.
    inbox = RTCInbox(capacity: 64) { item in RTCActor.assumeIsolated { handler(item) } }
  }

  func subscribe(settings: EncodingSettings) -> VideoEncoder {
    let encoder = VideoEncoder.subscribe(self, to: track, settings: settings)
    state.withLock { $0.encoder = encoder }
    return encoder
  }

  /// Unsubscribes, on a thread of its own, for that may wait for the encode thread.
  func unsubscribe() {
    let encoder = state.withLock { state in
      defer { state.encoder = nil }
      return state.encoder
    }
    guard let encoder else { return }
    _ = NamedThread("oriel-leave") { encoder.remove(self) }
  }

  // MARK: - The encode thread

  /// A viewer's picture follows the surface.
  var keepsSize: Bool { false }

  func videoSizeChanged(_ size: PixelSize) { _ = inbox.offer(.size(size)) }

  func receive(_ frame: EncodedVideoFrame) {
    // What was on its way when the track was disabled; black follows, with a key frame.
    guard frame.isBlack || track.enabled else { return }
    guard frame.isKeyFrame || !state.withLock({ $0.awaitsKeyFrame }),
      let packets = packetizer.packetize(frame.data, captureTime: frame.timestamp, isKeyFrame: frame.isKeyFrame)
    else { return }
    let isTaken = inbox.offer(.frame(packets))
    let encoder = state.withLock { state in
      let wasWaiting = state.awaitsKeyFrame
      state.awaitsKeyFrame = !isTaken
      return wasWaiting ? nil : state.encoder
    }
    if !isTaken { encoder?.requestKeyFrame() }
  }

  func videoEnded(error: EncoderError?) { _ = inbox.offer(.ended(error?.description)) }
}
