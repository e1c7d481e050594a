internal import Media

/// The encode thread's state: the picture, the planner and the libvpx encoder.
struct EncodeWorker: ~Copyable {
  /// Input since the last call of `work`.
  struct Input {
    var ended: Bool
    var keyFrameRequested: Bool
    /// Bits a second; nil for no change.
    var bitrate: Int?
    /// Whether a subscriber keeps the pictures; nil for no change.
    var isKept: Bool?
    /// Changes in `picture`, and the capture that found them.
    var changed: MacroblockMap?
    /// Whether the changes are to, or from, the black of a disabled track.
    var isBlack = false
    var capture: SkippedFrame?
    /// Captures since the last call that produced no frame.
    var skipped: [SkippedFrame] = []
    /// How many frames with changes the source has given so far.
    var captured = 0
    /// The new size of the pictures; the rest of the input comes with the next call.
    var newSize: PixelSize?
  }

  /// The newest picture; updated before `work` is called.
  private(set) var picture: I420Picture
  /// When to call `work` next without any input.
  private(set) var nextWake = MediaTime.distantFuture
  /// Whether all changes have been coded.
  private(set) var isDone = true

  private var planner: EncodePlanner
  private var encoder: VP8Encoder
  private var keepAlive: [UInt8]?
  /// The capture that found the pending changes.
  private var pendingCapture: SkippedFrame?
  /// A capture whose changes waited for the bit rate and were merged with newer ones.
  private var replaced: SkippedFrame?
  private var isBlack = false
  private var lastTimestamp = MediaTime.zero
  private var empty: MacroblockMap
  /// Whether tinted macroblocks are refined too: a viewer's key frames are coarse enough for them, a file's are not.
  private let findsTinted: Bool

  init(settings: EncodingSettings, size: PixelSize) throws(EncoderError) {
    picture = I420Picture(size: size)
    planner = EncodePlanner(settings: settings, size: size)
    encoder = try Self.makeEncoder(size)
    empty = MacroblockMap(size: size)
    findsTinted = settings.rateControl == .ceiling
  }

  // One thread is enough for a 1080p desktop; larger ones get two, which cost slightly more in all and keep the frame
  // rate.
  private static func makeEncoder(_ size: PixelSize) throws(EncoderError) -> VP8Encoder {
    try VP8Encoder(size: size, threads: size.width * size.height > 1920 * 1200 ? 2 : 1)
  }

  /// Continues with pictures of another size. libvpx cannot grow beyond its initial size, so a new encoder begins with
  /// a key frame, which includes all pending changes.
  mutating func resize(to size: PixelSize) throws(EncoderError) {
    encoder = try Self.makeEncoder(size)
    picture = I420Picture(size: size)
    planner = planner.resized(to: size)
    empty = MacroblockMap(size: size)
    keepAlive = nil
    replaced = pendingCapture.take()
    isDone = true
  }

  /// Applies `input`, codes a frame if the planner decides so, and sets `nextWake`.
  mutating func work(_ input: Input, now: MediaTime) throws(EncoderError) -> EncodedVideoFrame? {
    if let changed = input.changed {
      planner.change(changed, now: now)
      replaced = replaced ?? pendingCapture
      pendingCapture = input.capture
      isBlack = input.isBlack
      isDone = false
    }
    if let bitrate = input.bitrate { planner.bitrate = bitrate }
    if let isKept = input.isKept { planner.isKept = isKept }
    if input.keyFrameRequested { planner.requestKeyFrame() }
    defer { nextWake = input.ended && isDone ? .distantFuture : nextWake }
    switch planner.next(now: now) {
    case .wait(let time):
      isDone = !planner.hasPending
      nextWake = time
      return nil
    case .keepAlive:
      isDone = true
      return try repeatPicture(now: now)
    case .encode(let step):
      nextWake = now
      let frame = try encode(step, now: now)
      if step.kind != .refinement { isDone = true }
      return frame
    }
  }

  /// The capture that a newer one replaced in the last call of `work`, if any.
  mutating func takeReplaced() -> SkippedFrame? { replaced.take() }

  private mutating func encode(_ step: EncodePlanner.Step, now: MediaTime) throws(EncoderError) -> EncodedVideoFrame {
    let capture = step.kind == .refinement ? nil : pendingCapture.take()
    let timestamp = nextTimestamp(capture?.timestamp ?? now)
    let start = MediaTime.now
    let data = try encoder.encode(
      picture,
      VP8Encoder.Request(
        active: step.map, quantizer: step.quantizer, speed: step.speed, isKeyFrame: step.isKeyFrame),
      time: timestamp)
    let encodeTime = MediaTime.now - start
    var unsharp = empty
    if step.kind == .change, step.quantizer.value > Tuning.coarsestMeasured {
      unsharp = step.map
    } else {
      let threshold = step.kind == .change ? Sharpness.afterChange : Sharpness.afterRefinement
      _ = encoder.withReconstruction {
        Sharpness.findUnsharp(step.map, source: picture, coded: $0, threshold: threshold, into: &unsharp)
        if findsTinted { Sharpness.findTinted(step.map, source: picture, coded: $0, into: &unsharp) }
      }
    }
    planner.encoded(step, bytes: data.count, unsharp: unsharp, seconds: encodeTime.seconds, now: now)
    return EncodedVideoFrame(
      data: data, timestamp: timestamp, isKeyFrame: step.isKeyFrame,
      kind: capture == nil ? .refinement : .change, isBlack: isBlack, quantizer: step.quantizer.value,
      codedShare: Double(step.map.count) / Double(step.map.total), captureTime: capture?.captureTime ?? .zero,
      convertTime: capture?.convertTime ?? .zero, encodeTime: encodeTime)
  }

  /// Repeats the picture, with the same few bytes every time. They are coded once: they refer only to the previous
  /// picture and change nothing (every macroblock copies the last picture, and no reference or probability is updated).
  private mutating func repeatPicture(now: MediaTime) throws(EncoderError) -> EncodedVideoFrame {
    let timestamp = nextTimestamp(now)
    if keepAlive == nil {
      keepAlive = try encoder.encode(
        picture,
        VP8Encoder.Request(active: empty, quantizer: VP8Quantizer(0), speed: 6, isRepeat: true), time: timestamp)
    }
    let data = keepAlive ?? []
    planner.sentKeepAlive(bytes: data.count, now: now)
    nextWake = now
    return EncodedVideoFrame(
      data: data, timestamp: timestamp, isKeyFrame: false, kind: .keepAlive, isBlack: isBlack, quantizer: 0,
      codedShare: 0, captureTime: .zero, convertTime: .zero, encodeTime: .zero)
  }

  private mutating func nextTimestamp(_ preferred: MediaTime) -> MediaTime {
    lastTimestamp = max(preferred, lastTimestamp + .nanoseconds(1000))
    return lastTimestamp
  }
}
