public import Media

/// The one encoder of a track and its settings: takes the track's newest picture, codes what changed, and delivers the
/// same frames to every subscriber. A second subscriber costs only the key frame it begins with.
///
/// Pictures are converted on the source's thread, into an `EncoderInbox` that keeps the newest picture and all changes
/// since the encode thread last took them. Coding and delivery happen on the thread "oriel-encode", in an `EncodeLoop`.
public final class VideoEncoder: VideoSink {
  private static let running = EncoderRegistry<VideoEncoder, EncodingSettings>()

  /// The encoded track.
  public let track: MediaStreamTrack
  public let settings: EncodingSettings

  private let inbox: Monitor<EncoderInbox>
  private let subscribers = Monitor(VideoSubscribers())
  private let thread = Monitor<NamedThread?>(nil)
  private let hasWarnedFitted = Monitor(false)

  init(track: MediaStreamTrack, settings: EncodingSettings) {
    self.track = track
    self.settings = settings
    inbox = Monitor(EncoderInbox(bitrate: settings.usable.bitrate))
  }

  /// Counts since the encoder began.
  public var statistics: VideoEncoderStatistics { inbox.withLock { $0.statistics } }

  /// Makes the next frame a key frame of the current picture, even if nothing changes.
  public func requestKeyFrame() { inbox.update { $0.requestKeyFrame() } }

  /// The current bits a second.
  public var bitrate: Int { inbox.withLock { $0.bitrate } }

  // MARK: - Subscribers

  /// Subscribes `sink` to the shared encoder of `track` with `settings`, which starts with its first subscriber and
  /// ends with its last.
  /// - Returns: the encoder; the subscription lasts until `remove`.
  public static func subscribe(
    _ sink: any EncodedVideoSink, to track: MediaStreamTrack, settings: EncodingSettings
  ) -> VideoEncoder {
    running.subscribe(
      to: track.id, settings: settings, make: { VideoEncoder(track: track, settings: settings) },
      add: { $0.add(sink) })
  }

  /// Adds a subscriber; the first starts the encoder. False when the encoder has ended or is ending.
  func add(_ sink: any EncodedVideoSink) -> Bool {
    let isFirst = subscribers.withLock { subscribers in
      let isFirst = subscribers.add(sink)
      if isFirst != nil { applyKeepsSize(subscribers) }
      return isFirst
    }
    guard let isFirst else { return false }
    if isFirst { start() } else { requestKeyFrame() }
    return true
  }

  /// Removes a subscriber, which gets no calls after this returns. Removing the last one ends the encoder. Must not be
  /// called from within a sink's own calls.
  /// - Parameters:
  ///   - sink: the subscriber; an unknown one is ignored.
  ///   - finishing: whether pictures that are captured but not yet coded are coded and delivered first.
  public func remove(_ sink: any EncodedVideoSink, finishing: Bool = false) {
    if finishing {
      // A subscriber added now would be sent an end that is not the track's.
      if subscribers.withLock({ $0.closeIfOnly(sink) }) { end() } else { waitForCaptured() }
    }
    let isEmpty = subscribers.withLock { subscribers in
      subscribers.remove(sink)
      applyBitrate(subscribers)
      applyKeepsSize(subscribers)
      return subscribers.isEmpty
    }
    if isEmpty { end() }
  }

  /// Sets the bits a second available to each of the viewers that a subscriber stands for. The encoder uses the median
  /// of all viewers' bit rates (the lower of two), within its settings. While any subscriber has no limit, such as a
  /// recorder, it uses the settings' bit rate.
  /// - Parameters:
  ///   - bitrates: empty while nothing is known; nil for no limit, the initial value of every subscriber.
  ///   - sink: the subscriber.
  public func setAvailableBitrates(_ bitrates: [Int]?, for sink: any EncodedVideoSink) {
    subscribers.withLock { if $0.setAvailableBitrates(bitrates, for: sink) { applyBitrate($0) } }
  }

  private func applyBitrate(_ subscribers: VideoSubscribers) {
    let bitrate = subscribers.bitrate(within: settings.usable)
    // No `update`: the encode thread need not wake, the next frame is early enough.
    inbox.withLock { $0.bitrate = bitrate }
  }

  private func applyKeepsSize(_ subscribers: VideoSubscribers) {
    let keepsSize = subscribers.keepsSize
    inbox.withLock { $0.keepsSize = keepsSize }
  }

  /// Starts the encode thread, and takes pictures.
  private func start() {
    thread.withLock { $0 = NamedThread("oriel-encode") { [self] in encode() } }
    track.observe(self) { [weak self] in self?.trackChanged() }
    updateEnabled()
    // A track that delivers encoded frames is not encoded again.
    if track.readyState == .live, let source = track.source as? any VideoSource {
      source.attach(self)
    } else {
      sourceEnded()
    }
  }

  private func encode() { EncodeLoop(settings: settings, inbox: inbox, subscribers: subscribers).run() }

  /// Stops taking pictures and waits until the encode thread has finished.
  private func end() {
    (track.source as? any VideoSource)?.detach(self)
    track.stopObserving(self)
    sourceEnded()
    let thread = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    thread?.join()
  }

  /// Waits until all pictures captured so far have been delivered.
  private func waitForCaptured() {
    let captured = statistics.framesCaptured
    _ = inbox.wait { $0.hasDelivered(captured) ? true : nil }
  }

  // MARK: - The source's thread

  public func receive(_ frame: borrowing VideoFrame) {
    let start = MediaTime.now
    let content = contentSize(of: frame.size)
    let requested = requestedSize(of: frame.size)
    if content != requested { warnFitted(requested, into: content) }
    let frameRate = track.frameRateLimit
    inbox.update {
      $0.receive(frame, content: content, output: settings.canvas ?? content, frameRate: frameRate, since: start)
    }
  }

  public func foundUnchanged(at timestamp: MediaTime, captureTime: MediaTime) {
    // No `update`: the encode thread need not wake for it.
    inbox.withLock { inbox in
      inbox.skip(
        SkippedFrame(timestamp: timestamp, reason: .unchanged, captureTime: captureTime, convertTime: .zero))
    }
  }

  public func sourceEnded() { inbox.update { $0.end() } }

  /// The longest side that VP8 allows. Source: RFC 6386 §9.1, fourteen bits.
  private static let longestSide = 16383

  /// The size that a frame is coded in under the track's constraints, the settings and VP8's limit.
  private func contentSize(of size: PixelSize) -> PixelSize {
    requestedSize(of: size).fitted(into: PixelSize(width: Self.longestSide, height: Self.longestSide))
  }

  private func requestedSize(of size: PixelSize) -> PixelSize {
    let size = track.size(of: size)
    return settings.maximumSize.map { size.fitted(into: $0) } ?? size
  }

  /// Warns all listeners of the source once that pictures are smaller than requested.
  private func warnFitted(_ size: PixelSize, into content: PixelSize) {
    let isFirst = hasWarnedFitted.withLock { hasWarned in
      defer { hasWarned = true }
      return !hasWarned
    }
    guard isFirst else { return }
    track.source.events.sendAndKeep(
      .warning(
        code: "pictureFitted",
        message:
          "\(size.width)x\(size.height) exceeds VP8's limit of \(Self.longestSide) pixels a side; the pictures are "
          + "scaled down to \(content.width)x\(content.height); give a size or a region to choose another"))
  }

  // MARK: - Track changes

  private func trackChanged() {
    updateEnabled()
    guard let source = track.source as? any VideoSource else { return }
    guard track.readyState == .live else {
      source.detach(self)
      sourceEnded()
      return
    }
    guard let now = inbox.withLock({ $0.layout }) else { return }
    let content = contentSize(of: now.input)
    let canResize = !now.keepsSize && settings.canvas == nil
    guard content.fitted(into: now.output) != now.content || canResize && content != now.output else { return }
    // Another size needs the whole picture, which a source sends to every newly attached sink.
    source.detach(self)
    source.attach(self)
    if inbox.withLock({ $0.hasEnded }) { source.detach(self) }
  }

  private func updateEnabled() { inbox.update { $0.setEnabled(track.enabled) } }
}
