internal import Encoding
internal import Media
internal import RTP

/// The part of an `EncodedTrack` on the video encode thread: packetises each frame once, and hands it over without ever
/// waiting.
final class EncodedVideoInput: EncodedVideoSink {
  private let track: MediaStreamTrack
  private let inbox: NetworkInbox<EncodedTrack.Item>
  private let packetizer = VP8Packetizer()
  private let state = Monitor((encoder: nil as VideoEncoder?, awaitsKeyFrame: false))

  /// - Parameter handler: gets the items, on the network thread.
  init(track: MediaStreamTrack, handler: @escaping @NetworkThreadActor @Sendable (EncodedTrack.Item) -> Void) {
    self.track = track
    // Two seconds of frames: after a longer delay of the thread it is better to continue with a key frame.
    inbox = NetworkInbox(capacity: 64) { item in NetworkThreadActor.assumeIsolated { handler(item) } }
  }

  func subscribe(settings: EncodingSettings) -> VideoEncoder {
    let encoder = VideoEncoder.subscribe(self, to: track, settings: settings)
    state.withLock { $0.encoder = encoder }
    return encoder
  }

  /// Unsubscribes, on a thread of its own, since that may wait for the encode thread.
  func unsubscribe() {
    let encoder = state.withLock { state in
      defer { state.encoder = nil }
      return state.encoder
    }
    guard let encoder else { return }
    _ = NamedThread("oriel-leave") { encoder.remove(self) }
  }

  // MARK: - The encode thread

  /// False: a viewer's picture follows the size of the surface.
  var keepsSize: Bool { false }

  func videoSizeChanged(_ size: PixelSize) { _ = inbox.offer(.size(size)) }

  func receive(_ frame: EncodedVideoFrame) {
    // Drops frames that were in the pipeline when the track was disabled; a black key frame follows.
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

/// The part of an `EncodedTrack` on the audio encode thread: makes one RTP payload of each packet, and hands it over without
/// ever waiting.
final class EncodedAudioInput: EncodedAudioSink {
  private let inbox: NetworkInbox<EncodedTrack.Item>
  private let packetizer = Monitor(OpusPacketizer())

  /// - Parameter handler: gets the items, on the network thread.
  init(handler: @escaping @NetworkThreadActor @Sendable (EncodedTrack.Item) -> Void) {
    // More than a second of sound: after a longer delay it is too late to be played.
    inbox = NetworkInbox(capacity: 64) { item in NetworkThreadActor.assumeIsolated { handler(item) } }
  }

  func receive(_ packet: EncodedFrame) {
    let payload = packetizer.withLock { $0.packetize(packet.data, captureTime: packet.timestamp, power: packet.power) }
    if let payload { _ = inbox.offer(.frame(payload)) }
  }

  func audioEnded(at end: MediaTime?, error: EncoderError?) { _ = inbox.offer(.ended(error?.description)) }
}
