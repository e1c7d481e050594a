internal import Media

/// What the encode thread owns: the picture it codes, the planner that decides, libvpx that does it.
struct EncodeWorker: ~Copyable {
  /// What has happened since it last worked.
  struct Input {
    var ended: Bool
    var keyFrameRequested: Bool
    /// Bits a second; nil leaves them as they are.
    var bitrate: Int?
    /// Whether someone keeps the pictures; nil leaves that as it is.
    var isKept: Bool?
    /// What changed in `picture`, and the look at the source that found it.
    var changed: MacroblockMap?
    /// Whether the changes are to, or from, the black of a disabled track.
    var isBlack = false
    var look: SkippedFrame?
    /// Looks since the last time that gave no frame.
    var skipped: [SkippedFrame] = []
    /// How many frames with changes the source has given so far.
    var captured = 0
    /// The pictures are of another size from now on: nothing else has been taken yet.
    var newSize: PixelSize?
  }

  /// The newest picture; brought up to date before `work` is called.
  private(set) var picture: I420Picture
  /// When to work next though nothing happens.
  private(set) var nextWake = MediaTime.distantFuture
  /// Whether all that changed has been coded.
  private(set) var isDone = true

  private var planner: EncodePlanner
  private var encoder: VP8Encoder
  private var keepAlive: [UInt8]?
  /// The look that found what is to be coded next.
  private var look: SkippedFrame?
  /// One whose change waited for the bit rate and was united with a newer one.
  private var replaced: SkippedFrame?
  private var isBlack = false
  private var lastTimestamp = MediaTime.zero
  private var empty: MacroblockMap
  private let isLive: Bool

  init(settings: EncodingSettings, size: PixelSize) throws(EncoderError) {
    picture = I420Picture(size: size)
    planner = EncodePlanner(settings: settings, size: size)
    encoder = try Self.makeEncoder(size)
    empty = MacroblockMap(size: size)
    isLive = settings.rateControl == .ceiling
  }

  // One thread does a 1080p desktop; larger ones take two, which cost a little more in all and keep the frame rate.
  private static func makeEncoder(_ size: PixelSize) throws(EncoderError) -> VP8Encoder {
    try VP8Encoder(size: size, threads: size.width * size.height > 1920 * 1200 ? 2 : 1)
  }

  /// Goes on with pictures of another size: libvpx takes no larger ones than it began with, so it begins anew, with a key
  /// frame. What waited to be coded is shown by that.
  mutating func resize(to size: PixelSize) throws(EncoderError) {
    encoder = try Self.makeEncoder(size)
    picture = I420Picture(size: size)
    planner = planner.resized(to: size)
    empty = MacroblockMap(size: size)
    keepAlive = nil
    replaced = look.take()
    isDone = true
  }

  /// Takes what happened, codes a frame when the planner wants one, and says in `nextWake` when to come back.
  mutating func work(_ input: Input, now: MediaTime) throws(EncoderError) -> EncodedVideoFrame? {
    if let changed = input.changed {
      planner.change(changed, now: now)
      replaced = replaced ?? look
      look = input.look
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

  /// The look that a newer one replaced in the last call of `work`, if there was one.
  mutating func takeReplaced() -> SkippedFrame? { replaced.take() }

  private mutating func encode(_ step: EncodePlanner.Step, now: MediaTime) throws(EncoderError) -> EncodedVideoFrame {
    let shown = step.kind == .refinement ? nil : look.take()
    let timestamp = nextTimestamp(shown?.timestamp ?? now)
    let start = MediaTime.now
    let data = try encoder.encode(
      picture,
      VP8Encoder.Request(
        active: step.map, quantizer: step.quantizer, speed: step.speed, isKeyFrame: step.isKeyFrame),
      time: timestamp)
    let encodeTime = MediaTime.now - start
    var unsharp = empty
    // A coarse quantizer leaves nothing sharp that is worth the measuring, least of all in motion.
    if step.kind == .change, step.quantizer.value > 12 {
      unsharp = step.map
    } else {
      let threshold = step.kind == .change ? Sharpness.afterChange : Sharpness.afterRefinement
      _ = encoder.withReconstruction {
        Sharpness.findUnsharp(step.map, source: picture, coded: $0, threshold: threshold, into: &unsharp)
        // In a file's frames the quantizers are finer.
        if isLive { Sharpness.findTinted(step.map, source: picture, coded: $0, into: &unsharp) }
      }
    }
    planner.encoded(step, bytes: data.count, unsharp: unsharp, seconds: encodeTime.seconds, now: now)
    return EncodedVideoFrame(
      data: data, timestamp: timestamp, isKeyFrame: step.isKeyFrame,
      kind: shown == nil ? .refinement : .change, isBlack: isBlack, quantizer: step.quantizer.value,
      codedShare: Double(step.map.count) / Double(step.map.total), captureTime: shown?.captureTime ?? .zero,
      convertTime: shown?.convertTime ?? .zero, encodeTime: encodeTime)
  }

  /// The picture once more: the same few bytes every time, coded once, since they refer to nothing but the picture before
  /// them and change nothing (every macroblock copies the last picture, and no reference or probability is updated).
  private mutating func repeatPicture(now: MediaTime) throws(EncoderError) -> EncodedVideoFrame {
    let timestamp = nextTimestamp(now)
    if keepAlive == nil {
      keepAlive = try encoder.encode(
        picture,
        VP8Encoder.Request(active: empty, quantizer: VP8Quantizer(0), speed: 6, isRepeat: true), time: timestamp)
    }
    let data = keepAlive ?? []
    planner.keptAlive(bytes: data.count, now: now)
    nextWake = now
    return EncodedVideoFrame(
      data: data, timestamp: timestamp, isKeyFrame: false, kind: .keepAlive, isBlack: isBlack, quantizer: 0,
      codedShare: 0, captureTime: .zero, convertTime: .zero, encodeTime: .zero)
  }

  private mutating func nextTimestamp(_ wish: MediaTime) -> MediaTime {
    lastTimestamp = max(wish, lastTimestamp + .nanoseconds(1000))
    return lastTimestamp
  }
}
