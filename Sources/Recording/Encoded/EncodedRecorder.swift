public import Media

/// Keeps what a stream's tracks give encoded, such as a remote peer's pictures and sound, in a WebM file: nothing is decoded
/// or encoded again.
///
/// The file begins with the first key frame of the first video track; without one, with the first sound. Writing happens on a
/// thread of its own; a disk too slow for what comes loses frames up to the next key frame.
public final class EncodedRecorder: Sendable {
  /// What has been recorded.
  public struct Statistics: Sendable, Equatable {
    public var frames = 0
    public var keyFrames = 0
    /// Frames that came too fast for the disk, or that nothing before them could be decoded without.
    public var framesDropped = 0
    public var bytes: UInt64 = 0
    public var durationSeconds = 0.0
  }

  private let inputs: [EncodedInput]
  private let writer: EncodedWriter

  /// Begins to record the stream's encoded tracks into a new file.
  /// - Parameters:
  ///   - stream: what to record; its tracks that come encoded are.
  ///   - path: the file's.
  ///   - replacing: whether it takes the place of a file that is there, which it does with its first frame.
  ///   - writingApplication: the program's name and version in the file's header.
  /// - Throws: `notSupported` when no track of the stream comes encoded; `output` when the file cannot be made.
  public init(
    _ stream: MediaStream, path: String, replacing: Bool = false,
    writingApplication: String = MediaRecorderOptions().writingApplication
  ) throws(MediaRecorderError) {
    // One of each kind is what players show.
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

  /// What has been written so far.
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

/// One track's way into the file.
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

  /// Takes frames until the track is stopped, which its source may outlive.
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
