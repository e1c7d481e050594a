internal import Media

/// When key frames come: on request, after a number of frames, and where pictures are kept, also after a time. Reads no
/// clock.
struct KeyFrameSchedule {
  /// Whether the pictures are kept: then key frames come at intervals, for players that seek.
  var isKept = false
  /// Whether the next frame must be one.
  private(set) var isRequested = true

  private let settings: EncodingSettings
  private var framesSinceKey = 0
  private var lastKeyFrame = MediaTime.zero
  private var changedSinceKey: MacroblockMap

  init(settings: EncodingSettings, size: PixelSize) {
    self.settings = settings
    changedSinceKey = MacroblockMap(size: size)
  }

  /// Makes the next frame a key frame.
  mutating func request() { isRequested = true }

  /// Adds changes of the picture.
  mutating func change(_ map: MacroblockMap) { changedSinceKey.formUnion(map) }

  /// A key frame is about to be coded, with all changes so far.
  mutating func begin(now: MediaTime) {
    changedSinceKey.clear()
    lastKeyFrame = now
  }

  /// Counts a frame.
  mutating func coded(isKeyFrame: Bool) {
    framesSinceKey = isKeyFrame ? 1 : framesSinceKey + 1
    if isKeyFrame { isRequested = false }
  }

  /// Whether a frame that is coded now is to be a key frame.
  func isDue(lastOutput: MediaTime, now: MediaTime) -> Bool {
    // The next frame may come as long after this one as this one came after the last.
    framesSinceKey >= settings.keyFrameInterval || now + min(now - lastOutput, Tuning.maximumLead) >= seekPointAt
  }

  /// The latest time for the next key frame that players can seek to.
  var seekPointAt: MediaTime {
    guard isKept else { return .distantFuture }
    // As `EncodingSettings.seekInterval` promises.
    let isAnotherPicture = changedSinceKey.count * 20 > changedSinceKey.total
    return lastKeyFrame + (isAnotherPicture ? settings.seekInterval : settings.stillSeekInterval)
  }
}
