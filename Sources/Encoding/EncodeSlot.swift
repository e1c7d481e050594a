internal import Media

/// What the source's thread leaves for the encode thread.
struct EncodeSlot {
  var converter: PictureConverter?
  var picture: I420Picture?
  var changed: MacroblockMap?
  /// The newest picture with changes.
  var newest: SkippedFrame?
  /// Looks that became no frame, and that nobody has been told of.
  var skipped: [SkippedFrame] = []
  /// Frames with changes since the encode thread last looked.
  var frames = 0
  var keyFrameRequested = false
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
