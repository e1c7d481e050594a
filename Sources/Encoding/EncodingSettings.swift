public import Media

/// How a track is encoded. Two subscribers with equal settings share one encoder.
public struct EncodingSettings: Sendable, Hashable {
  /// What `bitrate` bounds.
  public enum RateControl: Sendable, Hashable {
    /// The average over ten seconds, for files. Motion may take more bits than a still screen.
    case average
    /// The maximum over any two seconds, for viewers; no frame is so large that it delays the next one. Key frames are
    /// coded coarsely and then refined; changes that exceed the rate are merged with later ones.
    case ceiling
  }

  /// Maximum bits a second, as `rateControl` defines it.
  public var bitrate = 2_500_000
  public var rateControl = RateControl.average
  /// Lower limit of the rate in bits a second, whatever the subscribers report as available.
  public var minimumBitrate = 300_000
  /// Maximum pictures a second.
  public var frameRate = 30.0
  /// The picture is scaled down to fit into this size; its aspect ratio is kept and it is never enlarged. Nil keeps the
  /// source's size.
  public var maximumSize: PixelSize?
  /// The pictures' exact size; a source of another aspect ratio gets black bars. For continuing a file whose size is
  /// fixed; nil takes the size from the first frame and `maximumSize`.
  public var canvas: PixelSize?
  /// Maximum number of encoded frames, keep-alives included, from one key frame to the next.
  public var keyFrameInterval = 3000
  /// Maximum time between key frames where pictures are kept (`EncodedVideoSink.keepsSize`), for players that seek:
  /// `seekInterval` while more than a twentieth of the picture has changed in between, else `stillSeekInterval`.
  public var seekInterval = MediaTime.seconds(10)
  public var stillSeekInterval = MediaTime.seconds(60)
  /// How often a still screen's picture is repeated.
  public var keepAliveInterval = MediaTime.seconds(1)

  // The quantizers: 0, the finest, to 63, the coarsest.

  /// For small changes, which are coded sharp at once.
  public var sharp = 2
  /// The finest for a single large change, such as a turned page.
  public var change = 12
  /// The finest during motion: detail that nobody can see in motion is left to refinement.
  public var motion = 16
  /// The coarsest for a change.
  public var coarsest = 58
  /// For the first refinement of coarsely coded macroblocks, and for later refinements.
  public var refinement = 6
  public var finest = 0
  /// Maximum refinements of one macroblock with the finest quantizer.
  public var finestPasses = 2

  // libvpx's fixed speeds: 4 (thorough) to 16 (fast).

  public var keySpeed = 4
  public var changeSpeed = 4
  public var motionSpeed = 4
  public var refinementSpeed = 4

  public init() {}

  /// For viewers: the bit rate is a ceiling, and key frames are coded on request.
  public static var live: EncodingSettings {
    var settings = EncodingSettings()
    settings.rateControl = .ceiling
    return settings
  }

  /// These settings with rates and intervals limited to usable values.
  var usable: EncodingSettings {
    var usable = self
    usable.bitrate = min(max(bitrate, 10_000), 10_000_000_000)
    usable.minimumBitrate = min(max(minimumBitrate, 10_000), usable.bitrate)
    usable.frameRate = frameRate >= 1 ? min(frameRate, 1000) : 1
    usable.keyFrameInterval = max(1, keyFrameInterval)
    usable.seekInterval = max(.milliseconds(10), seekInterval)
    usable.stillSeekInterval = max(usable.seekInterval, stillSeekInterval)
    usable.keepAliveInterval = max(.milliseconds(10), keepAliveInterval)
    usable.finestPasses = min(max(1, finestPasses), Int(UInt8.max))
    return usable
  }

  var sharpQuantizer: VP8Quantizer { VP8Quantizer(sharp) }
  var changeQuantizer: VP8Quantizer { VP8Quantizer(change) }
  var motionQuantizer: VP8Quantizer { VP8Quantizer(motion) }
  var coarsestQuantizer: VP8Quantizer { VP8Quantizer(coarsest) }
  var firstRefinement: VP8Quantizer { VP8Quantizer(refinement) }
  var finestQuantizer: VP8Quantizer { VP8Quantizer(finest) }
}
