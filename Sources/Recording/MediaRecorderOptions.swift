public import Encoding
internal import Media

/// How to record. Source: W3C MediaStream Recording, `MediaRecorderOptions`.
public struct MediaRecorderOptions: Sendable {
  /// The requested container and codecs; "" leaves the choice to the recorder.
  public var mimeType = ""
  /// Bits a second of video, averaged over ten seconds; nil for the encoding's own.
  public var videoBitsPerSecond: Int?
  /// Bits a second of sound; nil for a default. Values outside Opus's range are clamped.
  public var audioBitsPerSecond: Int?
  /// Bits a second in all, which overrides the other two: nine tenths for video and one for sound where there is both.
  public var bitsPerSecond: Int?
  /// How the picture is encoded; an addition to the W3C's options.
  public var encoding = EncodingSettings()
  /// The program's name and version in the file's header.
  public var writingApplication = orielName
  /// The name of the video track; nil for its source's name: a monitor's name, or a window's class. A window's title,
  /// which may be about anything, is never written unless it is given here.
  public var title: String?

  /// Called with every capture and every frame, on the writing thread; an addition to the W3C's options.
  public var ledger: (@Sendable (LedgerEntry) -> Void)?

  public init() {}
}
