public import Media

/// How a track is encoded. Two subscribers with equal settings share one encoder.
public struct EncodingSettings: Sendable, Hashable {
  /// What `bitrate` bounds.
  public enum RateControl: Sendable, Hashable {
    /// The average over ten seconds: what a file needs. What moves may take more than what rests.
    case average
    /// All that is sent in any two seconds, and no frame so large that it keeps the next one waiting: what viewers need. Key
    /// frames come coarse and are refined; what does not fit into the rate is united with what comes after.
    case ceiling
  }

  /// Bits a second at the most, as `rateControl` says.
  public var bitrate = 2_500_000
  public var rateControl = RateControl.average
  /// Bits a second that the rate never falls below, whatever the subscribers wish.
  public var minimumBitrate = 300_000
  /// Pictures a second at the most.
  public var frameRate = 30.0
  /// The box the picture is fitted into, its shape kept, never enlarged; nil keeps the source's size.
  public var maximumSize: PixelSize?
  /// The pictures' exact size, whatever the source's: what does not have its shape gets black beside it. For going on in a
  /// file whose size is fixed; nil takes the size from the first frame and `maximumSize`.
  public var canvas: PixelSize?
  /// Encoded frames, keep-alives among them, from one key frame to the next at the most.
  public var keyFrameInterval = 3000
  /// Where pictures are kept (`EncodedVideoSink.keepsSize`), the longest from one key frame to the next, for players that seek:
  /// while more than a twentieth of the picture has changed in between, and else.
  public var seekInterval = MediaTime.seconds(10)
  public var stillSeekInterval = MediaTime.seconds(60)
  /// A still screen's picture is repeated this often.
  public var keepAliveInterval = MediaTime.seconds(1)

  // The quantizers: 0, the finest, to 63, the coarsest.

  /// For small changes: sharp at once.
  public var sharp = 2
  /// The finest for a large change that comes alone, such as a turned page.
  public var change = 12
  /// The finest while much moves: what nobody can see in motion is left to refinement.
  public var motion = 16
  /// The coarsest at all.
  public var coarsest = 58
  /// For the first refinement of what was coded coarsely, and for those after.
  public var refinement = 6
  public var finest = 0
  /// Refinements of one macroblock with the finest at the most.
  public var finestPasses = 2

  // libvpx's fixed speeds: 4, thorough, to 16, hasty.

  public var keySpeed = 4
  public var changeSpeed = 4
  public var motionSpeed = 4
  public var refinementSpeed = 4

  public init() {}

  /// For viewers: the bit rate is a ceiling, and key frames come when someone needs one.
  public static var live: EncodingSettings {
    var settings = EncodingSettings()
    settings.rateControl = .ceiling
    return settings
  }

  /// These settings with rates and intervals that something can be made of.
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
