public import Encoding
internal import Media

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
  /// The program's name and version in the file's header.
  public var writingApplication = orielName
  /// What the file calls its pictures; nil, what their source may be called: a monitor's name, or a window's class. A window's
  /// title, which may be about anything, is in no file unless it is given here.
  public var title: String?

  /// Beyond the W3C's options: is told of every look at the screen and every frame, on the writing thread.
  public var ledger: (@Sendable (LedgerEntry) -> Void)?

  public init() {}
}
