public import Encoding

/// How to record. Source: W3C MediaStream Recording, `MediaRecorderOptions`.
public struct MediaRecorderOptions: Sendable {
  /// The container and codecs wished for; "" leaves the choice.
  public var mimeType = ""
  /// Bits a second of picture, as an average over ten seconds; nil takes the encoding's own.
  public var videoBitsPerSecond: Int?
  /// Bits a second of sound; nil, or what Opus does not know, takes what suits.
  public var audioBitsPerSecond: Int?
  /// Bits a second of everything, whatever is said of each: nine tenths are the picture's, one the sound's where there is both.
  public var bitsPerSecond: Int?
  /// Beyond the W3C's options: how the picture is encoded.
  public var encoding = EncodingSettings()
  /// The program's name in the file's header.
  public var writingApplication = "Oriel"

  /// Beyond the W3C's options: is told of every look at the screen and every frame, on the writing thread.
  public var ledger: (@Sendable (LedgerEntry) -> Void)?

  public init() {}
}
