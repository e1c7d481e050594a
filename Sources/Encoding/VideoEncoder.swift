public import Media

/// The one encoder of a track and its settings: takes the track's newest picture, codes what changed, and delivers the
/// same frames to every subscriber. A second subscriber costs only the key frame it begins with.
///
/// Pictures are converted on the source's thread, into an `EncoderInbox` that keeps the newest picture and all changes
/// since the encode thread last took them. Coding and delivery happen on the thread "oriel-encode".
public final class VideoEncoder: VideoSink {
  private struct Subscriber {
    let sink: any EncodedVideoSink
    /// Frames before the next key frame are useless to it.
    var awaitsKeyFrame = true
    /// Bits a second available to each viewer that it stands for; nil for no limit.
    var availableBitrates: [Int]?
  }

  private struct Subscribers {
    var list: [Subscriber] = []
    var size: PixelSize?
    /// Refuses new subscribers.
    var closed = false
  }

  private static let running = EncoderRegistry<VideoEncoder, EncodingSettings>()

  /// The encoded track.
  public let track: MediaStreamTrack
  public let settings: EncodingSettings

  private let inbox: Monitor<EncoderInbox>
  private let subscribers = Monitor(Subscribers())
  private let thread = Monitor<NamedThread?>(nil)

  init(track: MediaStreamTrack, settings: EncodingSettings) {
    self.track = track
    self.settings = settings
    inbox = Monitor(EncoderInbox(bitrate: settings.usable.bitrate))
  }

  /// Counts since the encoder began.
  public var statistics: VideoEncoderStatistics { inbox.withLock { $0.statistics } }

  /// Makes the next frame a key frame of the current picture, even if nothing changes.
  public func requestKeyFrame() { inbox.update { $0.keyFrameRequested = true } }

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
    let isFirst: Bool? = subscribers.withLock { subscribers in
      guard !subscribers.closed else { return nil }
      if let size = subscribers.size { sink.videoSizeChanged(size) }
      subscribers.list.append(Subscriber(sink: sink))
      setKeepsSize(subscribers.list)
      return subscribers.list.count == 1
    }
    guard let isFirst else { return false }
    if isFirst {
      thread.withLock { $0 = NamedThread("oriel-encode") { [self] in run() } }
      track.observe(self) { [weak self] in self?.trackChanged() }
      updateEnabled()
      // A track that delivers encoded frames is not encoded again.
      if track.readyState == .live, let source = track.source as? any VideoSource {
        source.attach(self)
      } else {
        sourceEnded()
      }
    } else {
      requestKeyFrame()
    }
    return true
  }

  /// Removes a subscriber, which gets no calls after this returns. Removing the last one ends the encoder. Must not be
  /// called from within a sink's own calls.
  /// - Parameters:
  ///   - sink: the subscriber; an unknown one is ignored.
  ///   - finishing: whether pictures that are captured but not yet coded are coded and delivered first.
  public func remove(_ sink: any EncodedVideoSink, finishing: Bool = false) {
    if finishing {
      let isLast = subscribers.withLock { subscribers in
        let isLast = subscribers.list.count == 1 && subscribers.list[0].sink === sink
        // A subscriber added now would be sent an end that is not the track's.
        subscribers.closed = subscribers.closed || isLast
        return isLast
      }
      if isLast { end() } else { waitForCaptured() }
    }
    let isEmpty = subscribers.withLock { subscribers in
      subscribers.list.removeAll { $0.sink === sink }
      subscribers.closed = subscribers.closed || subscribers.list.isEmpty
      setBitrate(subscribers.list)
      setKeepsSize(subscribers.list)
      return subscribers.list.isEmpty
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
    subscribers.withLock { subscribers in
      guard let index = subscribers.list.firstIndex(where: { $0.sink === sink }) else { return }
      subscribers.list[index].availableBitrates = bitrates
      setBitrate(subscribers.list)
    }
  }

  private func setBitrate(_ subscribers: [Subscriber]) {
    let usable = settings.usable
    var bitrate = usable.bitrate
    let bitrates = subscribers.compactMap(\.availableBitrates)
    if bitrates.count == subscribers.count {
      let all = bitrates.joined().sorted()
      if !all.isEmpty { bitrate = min(max(all[(all.count - 1) / 2], usable.minimumBitrate), usable.bitrate) }
    }
    // No `update`: the encode thread need not wake, the next frame is early enough.
    inbox.withLock { $0.bitrate = bitrate }
  }

  private func setKeepsSize(_ subscribers: [Subscriber]) {
    let keepsSize = subscribers.contains { $0.sink.keepsSize }
    inbox.withLock { $0.keepsSize = keepsSize }
  }

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
    _ = inbox.wait { $0.framesDone >= captured || $0.isOver ? true : nil }
  }

  private func reportSize(_ size: PixelSize) {
    subscribers.withLock { subscribers in
      subscribers.size = size
      for index in subscribers.list.indices {
        subscribers.list[index].awaitsKeyFrame = true
        subscribers.list[index].sink.videoSizeChanged(size)
      }
    }
  }

  private func reportSkipped(_ skipped: [SkippedFrame]) {
    subscribers.withLock { subscribers in
      for subscriber in subscribers.list where !subscriber.awaitsKeyFrame { subscriber.sink.skipped(skipped) }
    }
  }

  private func deliver(_ frame: EncodedVideoFrame) {
    subscribers.withLock { subscribers in
      for index in subscribers.list.indices {
        if frame.isKeyFrame { subscribers.list[index].awaitsKeyFrame = false }
        if !subscribers.list[index].awaitsKeyFrame { subscribers.list[index].sink.receive(frame) }
      }
    }
  }

  // MARK: - The source's thread

  public func receive(_ frame: borrowing VideoFrame) {
    let start = MediaTime.now
    let content = contentSize(of: frame.size)
    let requested = requestedSize(of: frame.size)
    if content != requested { warnFitted(requested, into: content) }
    let frameRate = track.frameRateLimit
    inbox.update { inbox in
      guard !inbox.ended else { return }
      let isResized = inbox.shape(frame, content: content, output: settings.canvas ?? content)
      guard let picture = inbox.picture, var changed = inbox.changed.take() else { return }
      defer { inbox.changed = changed }
      let before = changed.count
      var found = MacroblockMap(size: picture.size)
      inbox.converter?.convert(frame, into: picture, changed: &found)
      changed.formUnion(found)
      let convertTime = MediaTime.now - start
      inbox.statistics.convertTime += convertTime
      let isChanged =
        isResized || !inbox.isBlack && (found.count > 0 || before > 0 && inbox.frames == 0 && inbox.delayed == nil)
      let capture = SkippedFrame(
        timestamp: frame.timestamp, reason: isChanged ? .encoderBusy : .unchanged, captureTime: frame.captureTime,
        convertTime: convertTime)
      if isResized {
        inbox.submit(capture)
      } else if isChanged {
        inbox.submit(capture, frameRate: frameRate, now: start)
      } else {
        inbox.skip(capture)
      }
    }
  }

  public func foundUnchanged(at timestamp: MediaTime, captureTime: MediaTime) {
    // No `update`: the encode thread need not wake for it.
    inbox.withLock { inbox in
      inbox.skip(
        SkippedFrame(timestamp: timestamp, reason: .unchanged, captureTime: captureTime, convertTime: .zero))
    }
  }

  public func sourceEnded() { inbox.update { $0.ended = true } }

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
    let isFirst = inbox.withLock { inbox in
      defer { inbox.hasWarnedFitted = true }
      return !inbox.hasWarnedFitted
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
    let now = inbox.withLock { ($0.converter?.inputSize, $0.content, $0.picture?.size, $0.keepsSize) }
    guard case (let input?, let shown?, let output?, let keepsSize) = now else { return }
    let content = contentSize(of: input)
    guard content.fitted(into: output) != shown || !keepsSize && settings.canvas == nil && content != output else {
      return
    }
    // Another size needs the whole picture, which a source sends to every newly attached sink.
    source.detach(self)
    source.attach(self)
    if inbox.withLock({ $0.ended }) { source.detach(self) }
  }

  private func updateEnabled() { inbox.update { $0.setEnabled(track.enabled) } }

  // MARK: - The encode thread

  private func run() {
    do throws(EncoderError) {
      guard
        let size = inbox.wait({ inbox in
          inbox.picture?.size ?? (inbox.ended ? PixelSize(width: 0, height: 0) : nil)
        }), size.width > 0
      else {
        finish(error: nil)
        return
      }
      reportSize(size)
      var worker = try EncodeWorker(settings: settings, size: size)
      while let input = takeInput(worker.nextWake, picture: worker.picture) {
        if !input.skipped.isEmpty { reportSkipped(input.skipped) }
        if let size = input.newSize {
          try worker.resize(to: size)
          reportSize(size)
        }
        if let frame = try worker.work(input, now: .now) {
          inbox.withLock { $0.statistics.count(frame) }
          deliver(frame)
        }
        if let replaced = worker.takeReplaced() {
          inbox.withLock { $0.statistics.framesDropped += 1 }
          reportSkipped([replaced])
        }
        if worker.isDone { inbox.update { $0.framesDone = max($0.framesDone, input.captured) } }
        if input.ended, worker.isDone { break }
      }
      finish(error: nil)
    } catch {
      finish(error: error)
    }
  }

  /// Waits for a changed picture, a key frame request, the end, or the time `deadline`.
  private func takeInput(_ deadline: MediaTime, picture: I420Picture) -> EncodeWorker.Input? {
    var deadline = deadline
    while true {
      let input: EncodeWorker.Input?? = inbox.wait(until: deadline == .distantFuture ? nil : deadline) { inbox in
        let now = MediaTime.now
        inbox.submitDelayed(now: now)
        // A delayed picture becomes due before this wait ends.
        if let delayed = inbox.delayed, delayed.until < deadline { return .some(nil) }
        guard inbox.frames > 0 || inbox.keyFrameRequested || inbox.ended || now >= deadline else { return nil }
        return .some(Self.input(&inbox, picture))
      }
      guard let input else { return EncodeWorker.Input(ended: false, keyFrameRequested: false) }
      if let input { return input }
      deadline = inbox.withLock { $0.delayed.map { min($0.until, deadline) } ?? deadline }
    }
  }

  private static func input(_ inbox: inout EncoderInbox, _ picture: I420Picture) -> EncodeWorker.Input {
    var input = EncodeWorker.Input(ended: inbox.ended, keyFrameRequested: inbox.keyFrameRequested)
    if let size = inbox.picture?.size, size != picture.size {
      input.ended = false
      input.keyFrameRequested = false
      input.newSize = size
      return input
    }
    input.captured = inbox.statistics.framesCaptured
    input.bitrate = inbox.bitrate
    input.isKept = inbox.keepsSize
    inbox.keyFrameRequested = false
    swap(&input.skipped, &inbox.skipped)
    if inbox.frames > 0, let source = inbox.picture, let changed = inbox.changed {
      if inbox.isBlack { picture.fillBlack() } else { picture.copy(changed, from: source) }
      input.changed = changed
      input.isBlack = inbox.isBlack
      input.capture = inbox.newest
      inbox.newest = nil
      inbox.changed?.clear()
      inbox.frames = 0
    }
    return input
  }

  private func finish(error: EncoderError?) {
    let skipped = inbox.withLock { $0.skipped }
    // Under the lock, so that a removed subscriber gets no more calls.
    subscribers.withLock { subscribers in
      subscribers.closed = true
      for subscriber in subscribers.list {
        if !skipped.isEmpty, !subscriber.awaitsKeyFrame { subscriber.sink.skipped(skipped) }
        subscriber.sink.videoEnded(error: error)
      }
    }
    inbox.update { $0.isOver = true }
  }
}

extension VideoEncoderStatistics {
  fileprivate mutating func count(_ frame: EncodedVideoFrame) {
    framesEncoded += 1
    bytes += frame.data.count
    encodeTime += frame.encodeTime
    if frame.isKeyFrame { keyFrames += 1 }
    switch frame.kind {
    case .change: break
    case .refinement: refinements += 1
    case .keepAlive: keepAlives += 1
    }
  }
}
