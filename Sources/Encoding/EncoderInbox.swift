internal import Media

/// Pictures and requests that the source's thread leaves for the encode thread.
struct EncoderInbox {
  var converter: PictureConverter?
  private(set) var picture: I420Picture?
  /// The size of the frames inside the picture.
  private(set) var content: PixelSize?
  var changed: MacroblockMap?
  /// The newest capture with changes.
  var newest: SkippedFrame?
  /// Captures that produced no frame and have not been reported yet.
  var skipped: [SkippedFrame] = []
  /// Frames with changes since the encode thread last looked.
  var frames = 0
  /// A changed picture that the track's frame rate does not allow yet, and when it will.
  private(set) var delayed: (capture: SkippedFrame, until: MediaTime)?
  private var pacer: FramePacer?
  /// Whether a subscriber needs a constant size, as a file does.
  var keepsSize = true
  var keyFrameRequested = false
  /// Whether the warning that pictures are smaller than requested has been sent.
  var hasWarnedFitted = false
  /// Bits a second.
  var bitrate: Int
  /// Whether the track is disabled: its pictures are kept up to date, and black is coded.
  private(set) var isBlack = false
  var ended = false
  var statistics = VideoEncoderStatistics()
  /// How many of `statistics.framesCaptured` have been coded and delivered, or replaced by newer ones.
  var framesDone = 0
  /// The encode thread has finished.
  var isOver = false

  init(bitrate: Int) { self.bitrate = bitrate }

  /// Counts a capture that produced no frame; bounded, in case the encode thread hangs.
  mutating func skip(_ capture: SkippedFrame) {
    if skipped.count < 4096 { skipped.append(capture) }
  }

  /// Submits a picture for coding; it replaces one that has not been coded yet.
  mutating func submit(_ capture: SkippedFrame) {
    statistics.framesCaptured += 1
    if let newest {
      statistics.framesDropped += 1
      skip(newest)
    }
    frames += 1
    newest = capture
    delayed = nil
  }

  /// Submits a picture as soon as the track's frame rate allows; at once without one, where the source sets the pace.
  mutating func submit(_ capture: SkippedFrame, frameRate: Double?, now: MediaTime) {
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
  mutating func submitDelayed(now: MediaTime) {
    guard let delayed, ended || now >= delayed.until else { return }
    pacer?.tookFrame(at: now)
    submit(delayed.capture)
  }

  /// Adapts the picture and its converter to a frame's size.
  /// - Parameters:
  ///   - content: the frame's size under the constraints.
  ///   - output: the pictures' size where they have none yet, or may change it.
  /// - Returns: whether the picture is new: the first, or one of another size.
  mutating func shape(_ frame: borrowing VideoFrame, content: PixelSize, output: PixelSize) -> Bool {
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

  /// Codes the pictures, or black, from now on. Black begins with a key frame, so that no later frame contains anything
  /// of the earlier pictures.
  mutating func setEnabled(_ isEnabled: Bool) {
    guard isBlack == isEnabled else { return }
    isBlack = !isEnabled
    changed?.markAll()
    guard picture != nil, !ended else { return }
    keyFrameRequested = keyFrameRequested || isBlack
    submit(SkippedFrame(timestamp: .now, reason: .encoderBusy, captureTime: .zero, convertTime: .zero))
  }
}
