internal import Encoding
internal import Media
internal import RTP

/// A viewer of an encoded track: an RTP sender of one connection.
@RTCActor protocol EncodedTrackViewer: AnyObject {
  /// Takes a frame: queue it and return.
  func receive(_ frame: PacketizedFrame, now: MediaTime)

  /// Forgets what has not been sent, and what could be sent again.
  func discardUnsent()
}

/// A track, encoded with certain settings, for all connections that send it: one subscription to the one encoder, one
/// packetising, and a list of viewers that costs packets only.
@RTCActor final class EncodedTrack {
  /// How a track is encoded.
  enum Settings: Hashable {
    case video(EncodingSettings)
    case audio(AudioEncodingSettings)
  }

  /// What comes from the encode thread.
  enum Item: Sendable {
    case size(PixelSize)
    case frame(PacketizedFrame)
    /// No more comes; with an error's words when encoding failed.
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
    /// Bits a second that its path carries, as far as that is known; nil for a moment, until it is told.
    var bitrate: Int?
  }

  private static var running: [Key: EncodedTrack] = [:]

  let track: MediaStreamTrack
  private let key: Key
  private var subscription: Subscription?
  private var viewers: [Int: Entry] = [:]
  private var lastViewer = 0
  private var throttle = KeyFrameThrottle()
  private var timer: RTCTimer?
  /// The picture's size, once there is one.
  private(set) var size: PixelSize?
  /// Why encoding failed; nil while it has not.
  private(set) var failure: String?
  /// When the frames of the last second came.
  private var recent: [MediaTime] = []

  private init(track: MediaStreamTrack, key: Key) {
    self.track = track
    self.key = key
  }

  /// Adds a viewer, who gets sound from now on, and pictures from the next key frame on, which is asked for at once.
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
      // A new subscription begins with a key frame of itself.
      throttle.order()
      start()
    } else {
      requestKeyFrame(by: lastViewer, now: .now)
    }
    return lastViewer
  }

  /// Takes a viewer off; the last one ends the subscription.
  func leave(_ number: Int) {
    guard viewers.removeValue(forKey: number) != nil else { return }
    throttle.remove(number)
    if viewers.isEmpty { stop() } else { tellWishes() }
  }

  /// A viewer needs a key frame.
  func requestKeyFrame(by number: Int, now: MediaTime) {
    guard viewers[number] != nil, videoEncoder != nil else { return }
    act(throttle.request(by: number, now: now))
  }

  /// What a viewer's path carries, in bits a second.
  func setBitrate(_ bitrate: Int, of number: Int) {
    guard let entry = viewers[number], entry.bitrate != bitrate else { return }
    viewers[number]?.bitrate = bitrate
    tellWishes()
  }

  var settings: Settings { key.settings }

  /// What the encoder of pictures has done so far.
  var statistics: VideoEncoderStatistics? { videoEncoder?.statistics }

  /// What the encoder of sound has done so far.
  var audioStatistics: AudioEncoderStatistics? {
    if case .audio(_, let encoder) = subscription { encoder.statistics } else { nil }
  }

  /// Bits a second that are encoded of pictures for now.
  var bitrate: Int? { videoEncoder?.bitrate }

  private var videoEncoder: VideoEncoder? {
    if case .video(_, let encoder) = subscription { encoder } else { nil }
  }

  /// Frames that came within the last second.
  func framesPerSecond(now: MediaTime) -> Double { Double(recent.count { now - $0 <= .seconds(1) }) }

  private func start() {
    track.observe(self) { [weak self] in RTCThread.shared.post { RTCActor.assumeIsolated { self?.hide() } } }
    switch key.settings {
    case .video(let settings):
      let input = EncodedVideoInput(track: track) { [weak self] item in self?.take(item) }
      timer = RTCTimer { [weak self] now in
        guard let self else { return }
        act(throttle.next(now: now))
      }
      subscription = .video(input, input.subscribe(settings: settings))
      tellWishes()
    case .audio(let settings):
      let input = EncodedAudioInput { [weak self] item in self?.take(item) }
      subscription = .audio(input, AudioEncoder.subscribe(input, to: track, settings: settings))
    }
  }

  private func stop() {
    track.stopObserving(self)
    switch subscription {
    case .video(let input, _): input.unsubscribe()
    // On a thread of its own, for it may wait for the encode thread.
    case .audio(let input, let encoder): _ = NamedThread("oriel-leave") { encoder.remove(input) }
    case nil: break
    }
    subscription = nil
    timer?.deadline = nil
    timer = nil
    if Self.running[key] === self { Self.running[key] = nil }
  }

  private func hide() {
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
    // The senders stay, as the specification has it, and send no more.
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

  private func tellWishes() {
    guard case .video(let input, let encoder) = subscription else { return }
    encoder.setAvailableBitrates(viewers.values.compactMap(\.bitrate), for: input)
  }
}
