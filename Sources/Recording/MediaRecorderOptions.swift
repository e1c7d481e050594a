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

/// Where a recording is written.
public enum RecordingOutput: Sendable, Equatable {
  /// Blobs in `dataavailable` events, each of at least `timeslice` milliseconds; nil for one at the end.
  case blobs(timeslice: Int?)
  /// A new file; seekable once it is finished. `replacing` replaces an existing file as soon as there is a picture or
  /// sound; until then the new one is `.NAME.part` beside it. A symbolic link is replaced, and its target stays as it
  /// is. A device, or a named pipe with a reader, receives a stream.
  case file(path: String, replacing: Bool = false)
  /// A descriptor that is open and stays open: receives a stream if it is a pipe or opened for appending, else a
  /// seekable recording from its current position on. `name` is for messages.
  case descriptor(Int32, name: String)
}

/// The bit rates of video and sound. Source: W3C MediaStream Recording §2.3; the shares are Chromium's.
struct RecorderBitrates: Equatable {
  var video: Int
  var audio: Int

  /// - Parameters:
  ///   - video: the encoding's own bit rate, for when the options have none.
  ///   - hasVideo: whether there is video to record, as far as that is known.
  ///   - hasAudio: the same for sound.
  init(_ options: MediaRecorderOptions, video: Int, hasVideo: Bool = true, hasAudio: Bool = true) {
    guard let all = options.bitsPerSecond else {
      self.video = options.videoBitsPerSecond ?? video
      audio = options.audioBitsPerSecond ?? 128_000
      return
    }
    // Opus supports 5 to 510 kbit/s.
    let sound = min(max(hasVideo ? all / 10 : all, 5000), 510_000)
    audio = hasAudio ? sound : 0
    self.video = hasVideo ? max(all - audio, 10_000) : 0
  }
}
