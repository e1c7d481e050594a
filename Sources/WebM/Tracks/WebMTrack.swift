public import Media

/// One track of a WebM file: what is written into, or was read from, a `TrackEntry`.
///
/// Source: RFC 9559 §5.1.4.1.
public struct WebMTrack: Sendable, Equatable {
  /// What a track carries.
  public enum Kind: Sendable, Equatable {
    case video(WebMVideo)
    case audio(WebMAudio)
    /// Something else, by its `TrackType`.
    case other(Int)
  }

  /// The number that blocks refer to; 1 to 126 when written, and different for each track.
  public var number: Int
  /// A number other than 0 that tells the track from every other.
  public var uid: UInt64
  public var kind: Kind
  /// `V_VP8`, `A_OPUS`…
  public var codecID: String
  /// What the decoder needs beforehand; empty for VP8.
  public var codecPrivate: [UInt8]
  /// What a player takes off each timestamp: the sound the decoder drops at the start.
  public var codecDelay: MediaTime
  /// How much a decoder must decode before a seek's target.
  public var seekPreRoll: MediaTime
  /// What people read; empty for none.
  public var name: String
  /// How far apart frames are where they come as fast as they may: without it, programs that know constant rates alone take
  /// a timestamp's unit for it, a thousand pictures a second. Nil where the file says nothing.
  public var defaultDuration: MediaTime?

  /// A track by all that it says.
  public init(
    number: Int, uid: UInt64, kind: Kind, codecID: String, codecPrivate: [UInt8] = [], codecDelay: MediaTime = .zero,
    seekPreRoll: MediaTime = .zero, name: String = "", defaultDuration: MediaTime? = nil
  ) {
    self.number = number
    self.uid = uid
    self.kind = kind
    self.codecID = codecID
    self.codecPrivate = codecPrivate
    self.codecDelay = codecDelay
    self.seekPreRoll = seekPreRoll
    self.name = name
    self.defaultDuration = defaultDuration
  }

  /// A VP8 track; a muxer keeps no clock and no randomness, so the number is its UID too.
  /// - Parameter frameRate: pictures a second at the most; nil leaves it unsaid.
  public static func vp8(
    number: Int, width: Int, height: Int, colour: WebMColour? = .screen, frameRate: Double? = nil, name: String = ""
  ) -> WebMTrack {
    let video = WebMVideo(width: width, height: height, colour: colour)
    return WebMTrack(
      number: number, uid: UInt64(max(1, number)), kind: .video(video), codecID: "V_VP8", name: name,
      defaultDuration: frameRate.map { .seconds(1 / min(max($0, 0.001), 1000)) })
  }

  /// An Opus track with its delay from the header and 80 ms of pre-roll.
  /// Source: RFC 7845 §4.6 (pre-roll), the WebM container guidelines.
  public static func opus(number: Int, head: OpusHead, name: String = "") -> WebMTrack {
    WebMTrack(
      number: number, uid: UInt64(max(1, number)),
      kind: .audio(WebMAudio(samplingFrequency: 48_000, channels: Int(head.channels))),
      codecID: "A_OPUS", codecPrivate: head.bytes, codecDelay: head.delay, seekPreRoll: .milliseconds(80), name: name)
  }

  /// Whether it carries pictures.
  public var isVideo: Bool { if case .video = kind { true } else { false } }
}
