public import Media

/// The one encoder of a track and its settings: takes the track's newest picture, codes what changed, and gives every
/// subscriber the same frames. A second subscriber costs nothing but the key frame it begins with.
///
/// Pictures are converted on the source's thread, into a slot that holds the newest and all that changed since the encode
/// thread last looked; coding and delivery happen on the thread "oriel-encode".
public final class VideoEncoder: VideoSink {
  private struct Subscriber {
    let sink: any EncodedVideoSink
    /// Frames mean nothing to it before a key frame.
    var awaitsKeyFrame = true
    /// Bits a second for each of those it stands for; nil takes all there are.
    var wishes: [Int]?
  }

  private struct Subscribers {
    var list: [Subscriber] = []
    var size: PixelSize?
    /// No one may join any more.
    var closed = false
  }

  /// What is encoded.
  public let track: MediaStreamTrack
  public let settings: EncodingSettings

  private let slot: Monitor<EncodeSlot>
  private let subscribers = Monitor(Subscribers())
  private let thread = Monitor<NamedThread?>(nil)

  init(track: MediaStreamTrack, settings: EncodingSettings) {
    self.track = track
    self.settings = settings
    slot = Monitor(EncodeSlot(bitrate: settings.usable.bitrate))
  }

  /// What has been done so far.
  public var statistics: VideoEncoderStatistics { slot.withLock { $0.statistics } }

  /// The next frame will be a key frame of the current picture, also when nothing changes.
  public func requestKeyFrame() { slot.update { $0.keyFrameRequested = true } }

  /// Bits a second that are coded for now.
  public var bitrate: Int { slot.withLock { $0.bitrate } }

  // MARK: - Subscribers

  /// Adds a subscriber; the first starts the encoder. False when the encoder has ended, or is about to.
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
      showOrHide()
      // What comes encoded is not encoded again.
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

  /// Removes a subscriber; when this returns it gets no more. The last one ends the encoder. Not to be called from within a
  /// sink's own calls.
  /// - Parameters:
  ///   - sink: what was added; another is none.
  ///   - finishing: whether what has been captured and not yet coded is to be coded and delivered first.
  public func remove(_ sink: any EncodedVideoSink, finishing: Bool = false) {
    if finishing {
      let isLast = subscribers.withLock { subscribers in
        let isLast = subscribers.list.count == 1 && subscribers.list[0].sink === sink
        // Whoever came now would be told of an end that is not the track's.
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

  /// Says what a subscriber can take: bits a second, for each of the viewers that it stands for. The encoder follows the
  /// median of all wishes (the lower of two), within its settings; while any subscriber wishes for nothing in particular, as
  /// a recorder does, it keeps to its settings.
  /// - Parameters:
  ///   - bitrates: none where nothing is known yet; nil for whatever there is, with which every subscriber begins.
  ///   - sink: the subscriber that speaks.
  public func wish(_ bitrates: [Int]?, for sink: any EncodedVideoSink) {
    subscribers.withLock { subscribers in
      guard let index = subscribers.list.firstIndex(where: { $0.sink === sink }) else { return }
      subscribers.list[index].wishes = bitrates
      setBitrate(subscribers.list)
    }
  }

  private func setBitrate(_ subscribers: [Subscriber]) {
    let usable = settings.usable
    var bitrate = usable.bitrate
    let wishes = subscribers.compactMap(\.wishes)
    if wishes.count == subscribers.count {
      let all = wishes.joined().sorted()
      if !all.isEmpty { bitrate = min(max(all[(all.count - 1) / 2], usable.minimumBitrate), usable.bitrate) }
    }
    // No `update`: the next frame is early enough.
    slot.withLock { $0.bitrate = bitrate }
  }

  private func setKeepsSize(_ subscribers: [Subscriber]) {
    let keepsSize = subscribers.contains { $0.sink.keepsSize }
    slot.withLock { $0.keepsSize = keepsSize }
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

  /// Waits until what has been captured by now has been delivered.
  private func waitForCaptured() {
    let captured = statistics.framesCaptured
    _ = slot.wait { $0.framesDone >= captured || $0.isOver ? true : nil }
  }

  private func tell(_ size: PixelSize) {
    subscribers.withLock { subscribers in
      subscribers.size = size
      for index in subscribers.list.indices {
        subscribers.list[index].awaitsKeyFrame = true
        subscribers.list[index].sink.videoSizeChanged(size)
      }
    }
  }

  private func tell(_ skipped: [SkippedFrame]) {
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
    let wanted = wantedSize(of: frame.size)
    if content != wanted { sayFitted(wanted, into: content) }
    let frameRate = track.frameRateLimit
    slot.update { slot in
      guard !slot.ended else { return }
      let isResized = slot.shape(frame, content: content, output: settings.canvas ?? content)
      guard let picture = slot.picture, var changed = slot.changed.take() else { return }
      defer { slot.changed = changed }
      let before = changed.count
      var found = MacroblockMap(size: picture.size)
      slot.converter?.convert(frame, into: picture, changed: &found)
      changed.formUnion(found)
      let convertTime = MediaTime.now - start
      slot.statistics.convertTime += convertTime
      let isChanged =
        isResized || !slot.isBlack && (found.count > 0 || before > 0 && slot.frames == 0 && slot.held == nil)
      let look = SkippedFrame(
        timestamp: frame.timestamp, reason: isChanged ? .encoderBusy : .unchanged, captureTime: frame.captureTime,
        convertTime: convertTime)
      if isResized {
        slot.show(look)
      } else if isChanged {
        slot.show(look, frameRate: frameRate, now: start)
      } else {
        slot.skip(look)
      }
    }
  }

  public func foundUnchanged(at timestamp: MediaTime, captureTime: MediaTime) {
    // No `update`: nobody need wake for it.
    slot.withLock { slot in
      slot.skip(
        SkippedFrame(timestamp: timestamp, reason: .unchanged, captureTime: captureTime, convertTime: .zero))
    }
  }

  public func sourceEnded() { slot.update { $0.ended = true } }

  /// The longest side that VP8 has. Source: RFC 6386 §9.1, fourteen bits.
  private static let longestSide = 16383

  /// The size that a frame gets under the track's constraints and the settings.
  private func contentSize(of size: PixelSize) -> PixelSize {
    wantedSize(of: size).fitted(into: PixelSize(width: Self.longestSide, height: Self.longestSide))
  }

  private func wantedSize(of size: PixelSize) -> PixelSize {
    let size = track.size(of: size)
    return settings.maximumSize.map { size.fitted(into: $0) } ?? size
  }

  /// Says once that a picture is made smaller than was wanted, to all who listen to the source.
  private func sayFitted(_ size: PixelSize, into content: PixelSize) {
    let isNews = slot.withLock { slot in
      defer { slot.saidFitted = true }
      return !slot.saidFitted
    }
    guard isNews else { return }
    track.source.events.sendAndKeep(
      .warning(
        code: "pictureFitted",
        message:
          "\(size.width)x\(size.height) is more than VP8 has, \(Self.longestSide) pixels a side; the pictures are "
          + "made smaller, \(content.width)x\(content.height); give a size or a region to choose another"))
  }

  // MARK: - Whoever enables, constrains or stops the track

  private func trackChanged() {
    showOrHide()
    guard let source = track.source as? any VideoSource else { return }
    guard track.readyState == .live else {
      source.detach(self)
      sourceEnded()
      return
    }
    let now = slot.withLock { ($0.converter?.inputSize, $0.content, $0.picture?.size, $0.keepsSize) }
    guard case (let input?, let shown?, let output?, let keepsSize) = now else { return }
    let content = contentSize(of: input)
    guard content.fitted(into: output) != shown || !keepsSize && settings.canvas == nil && content != output else {
      return
    }
    // Another size is made of the whole picture, with which a sink begins.
    source.detach(self)
    source.attach(self)
    if slot.withLock({ $0.ended }) { source.detach(self) }
  }

  private func showOrHide() { slot.update { $0.show(isEnabled: track.enabled) } }

  // MARK: - The encode thread

  private func run() {
    do throws(EncoderError) {
      guard let size = slot.wait({ slot in slot.picture?.size ?? (slot.ended ? PixelSize(width: 0, height: 0) : nil) }),
        size.width > 0
      else {
        finish(error: nil)
        return
      }
      tell(size)
      var worker = try EncodeWorker(settings: settings, size: size)
      while let input = takeInput(worker.nextWake, picture: worker.picture) {
        if !input.skipped.isEmpty { tell(input.skipped) }
        if let size = input.newSize {
          try worker.resize(to: size)
          tell(size)
        }
        if let frame = try worker.work(input, now: .now) {
          slot.withLock { $0.statistics.count(frame) }
          deliver(frame)
        }
        if let replaced = worker.takeReplaced() {
          slot.withLock { $0.statistics.framesDropped += 1 }
          tell([replaced])
        }
        if worker.isDone { slot.update { $0.framesDone = max($0.framesDone, input.captured) } }
        if input.ended, worker.isDone { break }
      }
      finish(error: nil)
    } catch {
      finish(error: error)
    }
  }

  /// Waits for something to do: a changed picture, a wish for a key frame, the end, or the time `deadline`.
  private func takeInput(_ deadline: MediaTime, picture: I420Picture) -> EncodeWorker.Input? {
    var deadline = deadline
    while true {
      let input: EncodeWorker.Input?? = slot.wait(until: deadline == .distantFuture ? nil : deadline) { slot in
        let now = MediaTime.now
        slot.showHeld(now: now)
        // Something is held back that will be due before this wait ends.
        if let held = slot.held, held.until < deadline { return .some(nil) }
        guard slot.frames > 0 || slot.keyFrameRequested || slot.ended || now >= deadline else { return nil }
        return .some(Self.input(&slot, picture))
      }
      guard let input else { return EncodeWorker.Input(ended: false, keyFrameRequested: false) }
      if let input { return input }
      deadline = slot.withLock { $0.held.map { min($0.until, deadline) } ?? deadline }
    }
  }

  private static func input(_ slot: inout EncodeSlot, _ picture: I420Picture) -> EncodeWorker.Input {
    var input = EncodeWorker.Input(ended: slot.ended, keyFrameRequested: slot.keyFrameRequested)
    if let size = slot.picture?.size, size != picture.size {
      input.ended = false
      input.keyFrameRequested = false
      input.newSize = size
      return input
    }
    input.captured = slot.statistics.framesCaptured
    input.bitrate = slot.bitrate
    input.isKept = slot.keepsSize
    slot.keyFrameRequested = false
    swap(&input.skipped, &slot.skipped)
    if slot.frames > 0, let source = slot.picture, let changed = slot.changed {
      if slot.isBlack { picture.fillBlack() } else { picture.copy(changed, from: source) }
      input.changed = changed
      input.isBlack = slot.isBlack
      input.look = slot.newest
      slot.newest = nil
      slot.changed?.clear()
      slot.frames = 0
    }
    return input
  }

  private func finish(error: EncoderError?) {
    let skipped = slot.withLock { $0.skipped }
    // With the lock held, so that a subscriber which has been removed hears nothing any more.
    subscribers.withLock { subscribers in
      subscribers.closed = true
      for subscriber in subscribers.list {
        if !skipped.isEmpty, !subscriber.awaitsKeyFrame { subscriber.sink.skipped(skipped) }
        subscriber.sink.videoEnded(error: error)
      }
    }
    slot.update { $0.isOver = true }
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
