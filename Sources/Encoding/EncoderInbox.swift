internal import Media

/// Pictures and requests on their way from the source's thread to the encode thread: the newest picture, and all
/// changes since the encode thread last took them. Used under a lock.
struct EncoderInbox {
  /// What the pictures look like at present.
  struct Layout {
    /// The source's size, the size of its frames inside the pictures, and the pictures' size.
    var input: PixelSize
    var content: PixelSize
    var output: PixelSize
    /// Whether `output` stays.
    var keepsSize: Bool
  }

  /// What the encode thread gets.
  enum Taken {
    case input(EncodeWorker.Input)
    /// Nothing yet; a delayed picture is due then.
    case delayed(until: MediaTime)
  }

  /// Bits a second.
  var bitrate: Int
  /// Whether a subscriber needs a constant size, as a file does.
  var keepsSize = true
  private(set) var hasEnded = false
  private(set) var statistics = VideoEncoderStatistics()

  private var converter: PictureConverter?
  private var picture: I420Picture?
  /// The size of the frames inside the picture.
  private var content: PixelSize?
  private var changed: MacroblockMap?
  /// Whether the track is disabled: its pictures are kept up to date, and black is coded.
  private var isBlack = false
  private var keyFrameRequested = false
  /// The newest capture with changes.
  private var newest: SkippedFrame?
  /// Captures that produced no frame and have not been reported yet.
  private var skipped: [SkippedFrame] = []
  /// Frames with changes since the encode thread last looked.
  private var frames = 0
  /// A changed picture that the track's frame rate does not allow yet, and when it will.
  private var delayed: (capture: SkippedFrame, until: MediaTime)?
  private var pacer: FramePacer?
  /// How many of `statistics.framesCaptured` have been coded and delivered, or replaced by newer ones.
  private var framesDone = 0
  /// The encode thread has finished.
  private var isOver = false

  init(bitrate: Int) { self.bitrate = bitrate }

  mutating func requestKeyFrame() { keyFrameRequested = true }

  /// No more pictures follow.
  mutating func end() { hasEnded = true }

  /// Nil before the first picture.
  var layout: Layout? {
    guard let converter, let content, let picture else { return nil }
    return Layout(input: converter.inputSize, content: content, output: picture.size, keepsSize: keepsSize)
  }

  /// Whether all of the first `captured` changed frames have been delivered, or none will be.
  func hasDelivered(_ captured: Int) -> Bool { framesDone >= captured || isOver }

  /// Codes the pictures, or black, from now on. Black begins with a key frame, so that no later frame contains anything
  /// of the earlier pictures.
  mutating func setEnabled(_ isEnabled: Bool) {
    guard isBlack == isEnabled else { return }
    isBlack = !isEnabled
    changed?.markAll()
    guard picture != nil, !hasEnded else { return }
    keyFrameRequested = keyFrameRequested || isBlack
    submit(SkippedFrame(timestamp: .now, reason: .encoderBusy, captureTime: .zero, convertTime: .zero))
  }

  // MARK: - The source's thread

  /// Converts a frame, and leaves it for the encode thread if it differs.
  /// - Parameters:
  ///   - content: the frame's size under the constraints.
  ///   - output: the pictures' size where they have none yet, or may change it.
  ///   - frameRate: pictures a second at most; nil where the source sets the pace.
  ///   - start: when the work on the frame began.
  mutating func receive(
    _ frame: borrowing VideoFrame, content: PixelSize, output: PixelSize, frameRate: Double?, since start: MediaTime
  ) {
    guard !hasEnded else { return }
    let isResized = shape(frame, content: content, output: output)
    guard let picture, var changed = changed.take() else { return }
    defer { self.changed = changed }
    let before = changed.count
    var found = MacroblockMap(size: picture.size)
    converter?.convert(frame, into: picture, changed: &found)
    changed.formUnion(found)
    let convertTime = MediaTime.now - start
    statistics.convertTime += convertTime
    let isChanged = isResized || !isBlack && (found.count > 0 || before > 0 && frames == 0 && delayed == nil)
    let capture = SkippedFrame(
      timestamp: frame.timestamp, reason: isChanged ? .encoderBusy : .unchanged, captureTime: frame.captureTime,
      convertTime: convertTime)
    if isResized {
      submit(capture)
    } else if isChanged {
      submit(capture, frameRate: frameRate, now: start)
    } else {
      skip(capture)
    }
  }

  /// Counts a capture that produced no frame; bounded, in case the encode thread hangs.
  mutating func skip(_ capture: SkippedFrame) {
    if skipped.count < 4096 { skipped.append(capture) }
  }

  /// Submits a picture for coding; it replaces one that has not been coded yet.
  private mutating func submit(_ capture: SkippedFrame) {
    statistics.framesCaptured += 1
    if let newest {
      statistics.framesDropped += 1
      skip(newest)
    }
    frames += 1
    newest = capture
    delayed = nil
  }

  /// Submits a picture as soon as the track's frame rate allows; at once without one.
  private mutating func submit(_ capture: SkippedFrame, frameRate: Double?, now: MediaTime) {
    guard let frameRate, frameRate > 0 else {
      pacer = nil
      return submit(capture)
    }
    if pacer == nil { pacer = FramePacer(frameRate: frameRate, now: now) }
    pacer?.change(frameRate: frameRate, now: now)
    if pacer?.isDue(now) == true {
      pacer?.tookFrame(at: now)
      submit(capture)
    } else {
      delayed = (capture, pacer?.next ?? now)
    }
  }

  /// Submits the delayed picture when it is due, or at the end.
  private mutating func submitDelayed(now: MediaTime) {
    guard let delayed, hasEnded || now >= delayed.until else { return }
    pacer?.tookFrame(at: now)
    submit(delayed.capture)
  }

  /// Adapts the picture and its converter to a frame's size.
  /// - Returns: whether the picture is new: the first, or one of another size.
  private mutating func shape(_ frame: borrowing VideoFrame, content: PixelSize, output: PixelSize) -> Bool {
    // A part of a frame cannot fill a picture of another size; the whole frame follows.
    let isWhole = frame.dirty.rects.contains { $0.contains(PixelRect(frame.size)) }
    guard isWhole || converter?.inputSize != frame.size else { return false }
    var isNew = false
    if picture == nil || !keepsSize && picture?.size != output {
      picture = I420Picture(size: output)
      changed = MacroblockMap(size: output)
      changed?.markAll()
      converter = nil
      isNew = true
    }
    guard let picture else { return false }
    let content = content.fitted(into: picture.size)
    if converter?.inputSize != frame.size || self.content != content {
      self.content = content
      converter = PictureConverter(inputSize: frame.size, contentSize: content, outputSize: picture.size)
    }
    return isNew
  }

  // MARK: - The encode thread

  /// The size of the first picture; zero when there will be none, nil while none has come.
  var firstSize: PixelSize? { picture?.size ?? (hasEnded ? PixelSize(width: 0, height: 0) : nil) }

  /// Takes everything for the encode thread; nil while there is nothing before `deadline`.
  /// - Parameter coded: the encode thread's picture, which is brought up to date unless it has another size.
  mutating func take(into coded: I420Picture, before deadline: MediaTime, now: MediaTime) -> Taken? {
    submitDelayed(now: now)
    if let delayed, delayed.until < deadline { return .delayed(until: delayed.until) }
    guard frames > 0 || keyFrameRequested || hasEnded || now >= deadline else { return nil }
    return .input(takeInput(into: coded))
  }

  private mutating func takeInput(into coded: I420Picture) -> EncodeWorker.Input {
    var input = EncodeWorker.Input(ended: hasEnded, keyFrameRequested: keyFrameRequested)
    if let size = picture?.size, size != coded.size {
      input.ended = false
      input.keyFrameRequested = false
      input.newSize = size
      return input
    }
    input.captured = statistics.framesCaptured
    input.bitrate = bitrate
    input.isKept = keepsSize
    keyFrameRequested = false
    swap(&input.skipped, &skipped)
    if frames > 0, let picture, let changed {
      if isBlack { coded.fillBlack() } else { coded.copy(changed, from: picture) }
      input.changed = changed
      input.isBlack = isBlack
      input.capture = newest
      newest = nil
      self.changed?.clear()
      frames = 0
    }
    return input
  }

  /// Counts a coded frame.
  mutating func count(_ frame: EncodedVideoFrame) {
    statistics.framesEncoded += 1
    statistics.bytes += frame.data.count
    statistics.encodeTime += frame.encodeTime
    if frame.isKeyFrame { statistics.keyFrames += 1 }
    switch frame.kind {
    case .change: break
    case .refinement: statistics.refinements += 1
    case .keepAlive: statistics.keepAlives += 1
    }
  }

  /// Counts a capture that the encode thread replaced by a newer one.
  mutating func countReplaced() { statistics.framesDropped += 1 }

  /// The first `captured` changed frames have been delivered.
  mutating func delivered(_ captured: Int) { framesDone = max(framesDone, captured) }

  /// The captures that have not been reported when the encode thread ends.
  var unreported: [SkippedFrame] { skipped }

  /// The encode thread has finished.
  mutating func finish() { isOver = true }
}
