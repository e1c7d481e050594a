internal import Encoding
internal import Media
internal import RTP

/// A viewer of an encoded track: an RTP sender of one connection.
@NetworkThreadActor protocol EncodedTrackViewer: AnyObject {
  /// Takes a frame: queue it and return.
  func receive(_ frame: PacketizedFrame, now: MediaTime)

  /// Discards the packets that are queued, and those kept for retransmission.
  func discardUnsent()
}

/// A track encoded with certain settings, shared by all connections that send it: one subscription to one encoder, one
/// packetiser. A further viewer costs packets only.
@NetworkThreadActor final class EncodedTrack {
  /// How a track is encoded.
  enum Settings: Hashable {
    case video(EncodingSettings)
    case audio(AudioEncodingSettings)
  }

  /// What the encode thread hands over.
  enum Item: Sendable {
    case size(PixelSize)
    case frame(PacketizedFrame)
    /// The end; with the error's description when encoding failed.
    case ended(String?)
  }

  private enum Subscription {
    case video(EncodedVideoInput, VideoEncoder)
    case audio(EncodedAudioInput, AudioEncoder)
  }

  private struct Key: Hashable {
    let track: String
    let settings: Settings
  }

  private struct Entry {
    let viewer: any EncodedTrackViewer
    /// The estimated bits a second of its path; nil until the first `setBitrate`.
    var bitrate: Int?
  }

  private static var running: [Key: EncodedTrack] = [:]

  let track: MediaStreamTrack
  private let key: Key
  private var subscription: Subscription?
  private var viewers: [Int: Entry] = [:]
  private var lastViewer = 0
  private var throttle = KeyFrameThrottle()
  private var timer: NetworkTimer?
  /// The picture's size, once there is one.
  private(set) var size: PixelSize?
  /// Why encoding has failed; nil while it works.
  private(set) var failure: String?
  /// The arrival times of the last second's frames.
  private var recent: [MediaTime] = []

  private init(track: MediaStreamTrack, key: Key) {
    self.track = track
    self.key = key
  }

  /// Adds a viewer, who gets sound at once, and pictures from the next key frame on, which is requested at once.
  /// - Returns: the track and the viewer's number with it.
  static func join(
    _ viewer: any EncodedTrackViewer, track: MediaStreamTrack, settings: Settings
  ) -> (track: EncodedTrack, number: Int) {
    let key = Key(track: track.id, settings: settings)
    let encoded = running[key] ?? EncodedTrack(track: track, key: key)
    running[key] = encoded
    return (encoded, encoded.add(viewer))
  }

  private func add(_ viewer: any EncodedTrackViewer) -> Int {
    lastViewer += 1
    viewers[lastViewer] = Entry(viewer: viewer)
    if subscription == nil {
      // A new subscription begins with a key frame without a request.
      throttle.order()
      start()
    } else {
      requestKeyFrame(by: lastViewer, now: .now)
    }
    return lastViewer
  }

  /// Removes a viewer; the last one ends the subscription.
  func leave(_ number: Int) {
    guard viewers.removeValue(forKey: number) != nil else { return }
    throttle.remove(number)
    if viewers.isEmpty { stop() } else { updateEncoderBitrates() }
  }

  /// A viewer needs a key frame.
  func requestKeyFrame(by number: Int, now: MediaTime) {
    guard viewers[number] != nil, videoEncoder != nil else { return }
    act(throttle.request(by: number, now: now))
  }

  /// Sets the bit rate that a viewer's path carries, in bits a second.
  func setBitrate(_ bitrate: Int, of number: Int) {
    guard let entry = viewers[number], entry.bitrate != bitrate else { return }
    viewers[number]?.bitrate = bitrate
    updateEncoderBitrates()
  }

  var settings: Settings { key.settings }

  /// Statistics of the video encoder.
  var statistics: VideoEncoderStatistics? { videoEncoder?.statistics }

  /// Statistics of the audio encoder.
  var audioStatistics: AudioEncoderStatistics? {
    if case .audio(_, let encoder) = subscription { encoder.statistics } else { nil }
  }

  /// The current bit rate of the video encoder, in bits a second.
  var bitrate: Int? { videoEncoder?.bitrate }

  private var videoEncoder: VideoEncoder? {
    if case .video(_, let encoder) = subscription { encoder } else { nil }
  }

  /// The number of frames that arrived within the last second.
  func framesPerSecond(now: MediaTime) -> Double { Double(recent.count { now - $0 <= .seconds(1) }) }

  private func start() {
    track.observe(self) { [weak self] in
      NetworkThread.shared.post { NetworkThreadActor.assumeIsolated { self?.discardIfDisabled() } }
    }
    switch key.settings {
    case .video(let settings):
      let input = EncodedVideoInput(track: track) { [weak self] item in self?.take(item) }
      timer = NetworkTimer { [weak self] now in
        guard let self else { return }
        act(throttle.next(now: now))
      }
      subscription = .video(input, input.subscribe(settings: settings))
      updateEncoderBitrates()
    case .audio(let settings):
      let input = EncodedAudioInput { [weak self] item in self?.take(item) }
      subscription = .audio(input, AudioEncoder.subscribe(input, to: track, settings: settings))
    }
  }

  private func stop() {
    track.stopObserving(self)
    switch subscription {
    case .video(let input, _): input.unsubscribe()
    // On a thread of its own, since it may wait for the encode thread.
    case .audio(let input, let encoder): _ = NamedThread("oriel-leave") { encoder.remove(input) }
    case nil: break
    }
    subscription = nil
    timer?.deadline = nil
    timer = nil
    if Self.running[key] === self { Self.running[key] = nil }
  }

  private func discardIfDisabled() {
    guard !track.enabled else { return }
    for entry in viewers.values { entry.viewer.discardUnsent() }
  }

  private func take(_ item: Item) {
    switch item {
    case .size(let size): self.size = size
    case .frame(let frame):
      let now = MediaTime.now
      if frame.kind == .video, frame.isKeyFrame {
        throttle.encoded(now: now)
        timer?.deadline = nil
      }
      recent.removeAll { now - $0 > .seconds(1) }
      recent.append(now)
      for entry in viewers.values { entry.viewer.receive(frame, now: now) }
    // The senders stay, as the specification requires, and stop sending.
    case .ended(let why): failure = why
    }
  }

  private func act(_ action: KeyFrameThrottle.Action) {
    switch action {
    case .encode: videoEncoder?.requestKeyFrame()
    case .wake(let time): timer?.deadline = time
    case .none: break
    }
  }

  private func updateEncoderBitrates() {
    guard case .video(let input, let encoder) = subscription else { return }
    encoder.setAvailableBitrates(viewers.values.compactMap(\.bitrate), for: input)
  }
}
