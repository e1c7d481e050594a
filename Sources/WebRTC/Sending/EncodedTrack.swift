internal import Encoding
internal import Media
internal import RTCProtocol

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
  private struct Key: Hashable {
    let track: String
    let settings: EncodingSettings
  }

  private struct Entry {
    let viewer: any EncodedTrackViewer
    /// Bits a second that its path carries, as far as that is known; nil for a moment, until it is told.
    var bitrate: Int?
  }

  private static var running: [Key: EncodedTrack] = [:]

  let track: MediaStreamTrack
  private let key: Key
  private let settings: EncodingSettings
  private var input: EncodedTrackInput?
  private var encoder: VideoEncoder?
  private var viewers: [Int: Entry] = [:]
  private var lastViewer = 0
  private var throttle = KeyFrameThrottle()
  private var timer: RTCTimer?
  /// The picture's size, once there is one.
  private(set) var size: PixelSize?
  /// When the frames of the last second came.
  private var recent: [MediaTime] = []

  private init(track: MediaStreamTrack, key: Key) {
    self.track = track
    self.key = key
    settings = key.settings
  }

  /// Adds a viewer, who gets frames from the next key frame on, which is asked for at once.
  /// - Returns: the track and the viewer's number with it.
  static func join(
    _ viewer: any EncodedTrackViewer, track: MediaStreamTrack, settings: EncodingSettings
  ) -> (track: EncodedTrack, number: Int) {
    let key = Key(track: track.id, settings: settings)
    let encoded = running[key] ?? EncodedTrack(track: track, key: key)
    running[key] = encoded
    return (encoded, encoded.add(viewer))
  }

  private func add(_ viewer: any EncodedTrackViewer) -> Int {
    lastViewer += 1
    viewers[lastViewer] = Entry(viewer: viewer)
    if input == nil {
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
    guard viewers[number] != nil else { return }
    act(throttle.request(by: number, now: now))
  }

  /// What a viewer's path carries, in bits a second.
  func setBitrate(_ bitrate: Int, of number: Int) {
    guard let entry = viewers[number], entry.bitrate != bitrate else { return }
    viewers[number]?.bitrate = bitrate
    tellWishes()
  }

  /// What the encoder has done so far.
  var statistics: VideoEncoderStatistics? { encoder?.statistics }
  /// Bits a second that are encoded for now.
  var bitrate: Int? { encoder?.bitrate }

  /// Frames that came within the last second.
  func framesPerSecond(now: MediaTime) -> Double { Double(recent.count { now - $0 <= .seconds(1) }) }

  private func start() {
    let input = EncodedTrackInput(track: track) { [weak self] item in self?.take(item) }
    self.input = input
    timer = RTCTimer { [weak self] now in
      guard let self else { return }
      act(throttle.next(now: now))
    }
    track.observe(input) { [weak self] in RTCThread.shared.post { RTCActor.assumeIsolated { self?.hide() } } }
    encoder = input.subscribe(settings: settings)
    tellWishes()
  }

  private func stop() {
    if let input { track.stopObserving(input) }
    input?.unsubscribe()
    input = nil
    encoder = nil
    timer?.deadline = nil
    timer = nil
    if Self.running[key] === self { Self.running[key] = nil }
  }

  private func hide() {
    guard !track.enabled else { return }
    for entry in viewers.values { entry.viewer.discardUnsent() }
  }

  private func take(_ item: EncodedTrackInput.Item) {
    switch item {
    case .size(let size): self.size = size
    case .frame(let frame):
      let now = MediaTime.now
      if frame.isKeyFrame {
        throttle.encoded(now: now)
        timer?.deadline = nil
      }
      recent.removeAll { now - $0 > .seconds(1) }
      recent.append(now)
      for entry in viewers.values { entry.viewer.receive(frame, now: now) }
    // The senders stay, as the specification has it, and send no more.
    case .ended: break
    }
  }

  private func act(_ action: KeyFrameThrottle.Action) {
    switch action {
    case .encode: encoder?.requestKeyFrame()
    case .wake(let time): timer?.deadline = time
    case .none: break
    }
  }

  private func tellWishes() {
    guard let input else { return }
    encoder?.wish(viewers.values.compactMap(\.bitrate), for: input)
  }
}
