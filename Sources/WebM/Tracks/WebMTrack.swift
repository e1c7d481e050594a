package import Media

/// One track of a WebM file: the contents of a `TrackEntry`.
///
/// Source: RFC 9559 §5.1.4.1.
package struct WebMTrack: Sendable, Equatable {
  /// The kind of media in a track.
  package enum Kind: Sendable, Equatable {
    case video(WebMVideo)
    case audio(WebMAudio)
    /// Another `TrackType`.
    case other(Int)
  }

  /// The number that blocks refer to, different for each track; 1 to 126 when written.
  package var number: Int
  /// A unique number other than 0.
  package var uid: UInt64
  package var kind: Kind
  /// `V_VP8`, `A_OPUS`…
  package var codecID: String
  /// Initialization data for the decoder; empty for VP8.
  package var codecPrivate: [UInt8]
  /// What a player subtracts from each timestamp: the duration of the sound that the decoder drops at the start.
  package var codecDelay: MediaTime
  /// How much a decoder must decode before the target of a seek.
  package var seekPreRoll: MediaTime
  /// A name for the user; empty for none.
  package var name: String
  /// The minimum distance of frames. Without it, programs that support only constant frame rates assume one timestamp
  /// unit: 1000 frames a second. Nil if the file has none.
  package var defaultDuration: MediaTime?

  /// A track with all its elements.
  package init(
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

  /// A VP8 track of pictures of `width` by `height` pixels, by default of the screen's `colour`. Its UID is its `number`: a muxer
  /// has no source of random numbers. It has a `DefaultDuration` if `frameRate`, the most frames a second, is given, and a
  /// `name` unless that is empty.
  package static func vp8(
    number: Int, width: Int, height: Int, colour: WebMColour? = .screen, frameRate: Double? = nil, name: String = ""
  ) -> WebMTrack {
    let video = WebMVideo(width: width, height: height, colour: colour)
    return WebMTrack(
      number: number, uid: UInt64(max(1, number)), kind: .video(video), codecID: "V_VP8", name: name,
      defaultDuration: frameRate.map { .seconds(1 / min(max($0, 0.001), 1000)) })
  }

  /// An Opus track with its delay from the header and 80 ms of pre-roll.
  /// Source: RFC 7845 §4.6 (pre-roll), the WebM container guidelines.
  package static func opus(number: Int, head: OpusHead, name: String = "") -> WebMTrack {
    WebMTrack(
      number: number, uid: UInt64(max(1, number)),
      kind: .audio(WebMAudio(samplingFrequency: 48_000, channels: Int(head.channels))),
      codecID: "A_OPUS", codecPrivate: head.bytes, codecDelay: head.delay, seekPreRoll: .milliseconds(80), name: name)
  }

  /// Whether it is a video track.
  package var isVideo: Bool { if case .video = kind { true } else { false } }
}

/// The picture format of a video track.
package struct WebMVideo: Sendable, Equatable {
  /// Width of an encoded picture in pixels.
  package var width: Int
  /// Height of an encoded picture in pixels.
  package var height: Int
  /// nil if the file does not specify it.
  package var colour: WebMColour?

  /// Pictures of `width` × `height` pixels.
  package init(width: Int, height: Int, colour: WebMColour?) {
    self.width = width
    self.height = height
    self.colour = colour
  }
}

/// The colour space of a picture, in the code points of ITU-T H.273.
///
/// Source: RFC 9559 §5.1.4.1.28.16 and following.
package struct WebMColour: Sendable, Equatable {
  /// 6 is BT.601; 2 is unspecified.
  package var matrixCoefficients: Int
  /// 1 is limited range (16…235), 2 full range; 0 is unspecified.
  package var range: Int
  /// 13 is sRGB; 2 is unspecified.
  package var transferCharacteristics: Int
  /// 1 is BT.709, which sRGB shares; 2 is unspecified.
  package var primaries: Int

  /// Colours by their code points; by default unspecified.
  package init(
    matrixCoefficients: Int = 2, range: Int = 0, transferCharacteristics: Int = 2, primaries: Int = 2
  ) {
    self.matrixCoefficients = matrixCoefficients
    self.range = range
    self.transferCharacteristics = transferCharacteristics
    self.primaries = primaries
  }

  /// An sRGB screen in VP8, which is always BT.601 and here limited range; without this, players wash colours out.
  package static let screen = WebMColour(
    matrixCoefficients: 6, range: 1, transferCharacteristics: 13, primaries: 1)
}

/// The sound format of an audio track.
package struct WebMAudio: Sendable, Equatable {
  /// Samples per second; 48,000 for Opus.
  package var samplingFrequency: Double
  /// Number of channels.
  package var channels: Int

  /// Sound of `channels` channels at `samplingFrequency` Hz.
  package init(samplingFrequency: Double, channels: Int) {
    self.samplingFrequency = samplingFrequency
    self.channels = channels
  }
}
