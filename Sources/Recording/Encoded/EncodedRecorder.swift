public import Media

/// Records a stream's encoded tracks, such as a remote peer's video and sound, to a WebM file without decoding or
/// encoding them.
///
/// The file begins with the first key frame of the first video track, or without one with the first sound. Writing
/// happens on a thread of its own; when the disk is too slow, frames are dropped up to the next key frame.
public final class EncodedRecorder: Sendable {
  /// Counts of a recording.
  public struct Statistics: Sendable, Equatable {
    public var frames = 0
    public var keyFrames = 0
    /// Frames dropped because the disk was too slow, or because they cannot be decoded without an earlier frame.
    public var framesDropped = 0
    public var bytes: UInt64 = 0
    public var durationSeconds = 0.0
  }

  private let inputs: [EncodedInput]
  private let writer: EncodedWriter

  /// Begins to record the stream's encoded tracks into a new file.
  /// - Parameters:
  ///   - stream: the stream; only tracks of encoded frames are recorded.
  ///   - path: of the file.
  ///   - replacing: whether it replaces an existing file, which happens with the first frame.
  ///   - writingApplication: the program's name and version in the file's header.
  /// - Throws: `notSupported` when no track of the stream delivers encoded frames; `output` when the file cannot be
  ///   created.
  public init(
    _ stream: MediaStream, path: String, replacing: Bool = false,
    writingApplication: String = MediaRecorderOptions().writingApplication
  ) throws(MediaRecorderError) {
    // Players show one track of each kind.
    let tracks = [stream.getVideoTracks(), stream.getAudioTracks()].compactMap { tracks in
      tracks.first { $0.readyState == .live && $0.source is any EncodedSource }
    }
    guard !tracks.isEmpty else { throw .notSupported("the stream has no live track that comes encoded") }
    let sink: FileSink
    do throws(RecordingError) {
      sink = try FileSink(path: path, replacing: replacing)
    } catch {
      throw .output(error)
    }
    let writer = EncodedWriter(sink: sink, kinds: tracks.map(\.kind), writingApplication: writingApplication)
    self.writer = writer
    inputs = tracks.enumerated().compactMap { index, track in
      (track.source as? any EncodedSource).map {
        EncodedInput(track, number: index + 1, source: $0, writer: writer)
      }
    }
    writer.start()
    for input in inputs { input.begin() }
  }

  deinit { for input in inputs { input.end() } }

  /// Counts so far.
  public var statistics: Statistics { writer.statistics }

  /// Ends the recording and waits until the file is finished.
  /// - Throws: `output` when writing failed; what was written before plays.
  @discardableResult
  public func stop() async throws(MediaRecorderError) -> Statistics {
    for input in inputs { input.end() }
    if let failure = await writer.finish() { throw failure }
    return writer.statistics
  }
}

/// Connects one track to the file.
final class EncodedInput: EncodedSink {
  private let source: any EncodedSource
  private let track: MediaStreamTrack
  private let number: Int
  private let writer: EncodedWriter

  init(_ track: MediaStreamTrack, number: Int, source: any EncodedSource, writer: EncodedWriter) {
    self.track = track
    self.number = number
    self.source = source
    self.writer = writer
  }

  /// Receives frames until the track is stopped; its source may continue.
  func begin() {
    track.observe(self) { [weak self] in
      guard let self, track.readyState == .ended else { return }
      source.detach(self)
    }
    source.attach(self)
  }

  func end() {
    track.stopObserving(self)
    source.detach(self)
  }

  func receive(_ frame: EncodedFrame) {
    if writer.post(frame, track: number) { source.requestKeyFrame() }
  }

  func sourceEnded() {}
}
