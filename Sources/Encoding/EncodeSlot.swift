internal import Media

/// What the source's thread leaves for the encode thread.
struct EncodeSlot {
  var converter: PictureConverter?
  private(set) var picture: I420Picture?
  /// The size of the frames inside the picture.
  private(set) var content: PixelSize?
  var changed: MacroblockMap?
  /// The newest picture with changes.
  var newest: SkippedFrame?
  /// Looks that became no frame, and that nobody has been told of.
  var skipped: [SkippedFrame] = []
  /// Frames with changes since the encode thread last looked.
  var frames = 0
  /// What was found before the track's frame rate lets it be shown, and when it does.
  private(set) var held: (look: SkippedFrame, until: MediaTime)?
  private var pacer: FramePacer?
  /// Someone keeps a file: the pictures' size stays.
  var keepsSize = true
  var keyFrameRequested = false
  /// Whether it was said that the pictures are made smaller than wanted.
  var saidFitted = false
  /// Bits a second.
  var bitrate: Int
  /// The track is disabled: its pictures are kept, and black is shown.
  private(set) var isBlack = false
  var ended = false
  var statistics = VideoEncoderStatistics()
  /// How many of `statistics.framesCaptured` have been coded, or replaced by newer ones, and delivered.
  var framesDone = 0
  /// The encode thread codes nothing more.
  var isOver = false

  init(bitrate: Int) { self.bitrate = bitrate }

  /// Keeps account of a look that gave no frame; bounded, should the encode thread be stuck.
  mutating func skip(_ look: SkippedFrame) {
    if skipped.count < 4096 { skipped.append(look) }
  }

  /// A picture is to be coded, in place of one that has not been yet.
  mutating func show(_ look: SkippedFrame) {
    statistics.framesCaptured += 1
    if let newest {
      statistics.framesDropped += 1
      skip(newest)
    }
    frames += 1
    newest = look
    held = nil
  }

  /// A picture is to be coded as soon as the track's frame rate allows; nil where its source sees to that.
  mutating func show(_ look: SkippedFrame, frameRate: Double?, now: MediaTime) {
    guard let frameRate, frameRate > 0 else {
      pacer = nil
      return show(look)
    }
    if pacer == nil { pacer = FramePacer(frameRate: frameRate, now: now) }
    pacer?.change(frameRate: frameRate, now: now)
    if pacer?.isDue(now) == true {
      pacer?.tookFrame(at: now)
      show(look)
    } else {
      held = (look, pacer?.next ?? now)
    }
  }

  /// Shows what was held back if its time has come, or if nothing else will.
  mutating func showHeld(now: MediaTime) {
    guard let held, ended || now >= held.until else { return }
    pacer?.tookFrame(at: now)
    show(held.look)
  }

  /// Brings the picture and the way to it in line with a frame.
  /// - Parameters:
  ///   - content: the frame's size under the constraints.
  ///   - output: the pictures' size where they have none yet, or may change it.
  /// - Returns: whether the picture is a new one, of another size or the first.
  mutating func shape(_ frame: borrowing VideoFrame, content: PixelSize, output: PixelSize) -> Bool {
    // Half a picture is of no use to another size: the whole one is on its way.
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

  /// Shows the pictures, or black, from now on. Black begins with a key frame, so that nothing of what was shown before is
  /// in what comes after.
  mutating func show(isEnabled: Bool) {
    guard isBlack == isEnabled else { return }
    isBlack = !isEnabled
    changed?.markAll()
    guard picture != nil, !ended else { return }
    keyFrameRequested = keyFrameRequested || isBlack
    show(SkippedFrame(timestamp: .now, reason: .encoderBusy, captureTime: .zero, convertTime: .zero))
  }
}
