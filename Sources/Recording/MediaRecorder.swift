internal import Encoding
public import Media

/// Records a stream to WebM. Source: W3C MediaStream Recording §2.
///
/// State changes at once; events follow, in the order start, dataavailable*, stop. Encoding and writing happen on
/// threads of their own. A recorder shares one encoder with all other subscribers of the same track and settings.
public final class MediaRecorder: Sendable {
  public enum State: String, Sendable { case inactive, recording, paused }

  private struct Control {
    var state = State.inactive
    /// `start` is running: there is no recording yet.
    var isStarting = false
    var mimeType = ""
    /// The current recording, until its last event.
    var writer: RecordingWriter?
    var last = MediaRecorderStatistics()
    var bitrates: RecorderBitrates
  }

  /// The recorded stream.
  public let stream: MediaStream
  private let options: MediaRecorderOptions
  private let control: Monitor<Control>
  private let broadcaster = EventBroadcaster<MediaRecorderEvent>(capacity: 1024)

  /// A recorder of `stream`, inactive.
  /// - Throws: `notSupported` for a `mimeType` that cannot be written.
  public init(_ stream: MediaStream, _ options: MediaRecorderOptions = .init()) throws(MediaRecorderError) {
    guard Self.isTypeSupported(options.mimeType) else {
      throw .notSupported("cannot record as \(options.mimeType); use video/webm;codecs=vp8,opus")
    }
    self.stream = stream
    self.options = options
    control = Monitor(
      Control(mimeType: options.mimeType, bitrates: RecorderBitrates(options, video: options.encoding.bitrate)))
    stream.observe(self) { [weak self] in self?.tracksChanged() }
  }

  /// Finishes the recording, which nothing could stop any more.
  deinit {
    stream.stopObserving(self)
    stop()
  }

  /// Whether recordings can have this type; "" is always supported.
  public static func isTypeSupported(_ type: String) -> Bool { MIMEType(type) != nil }

  public var state: State { control.withLock { $0.state } }

  /// The requested type until `start` has been sent, then that of the recording.
  public var mimeType: String { control.withLock { $0.mimeType } }

  /// Bits a second of video. The share of `bitsPerSecond` is known once the recording starts.
  public var videoBitsPerSecond: Int { control.withLock { $0.bitrates.video } }

  /// Bits a second of sound, as above.
  public var audioBitsPerSecond: Int { control.withLock { $0.bitrates.audio } }

  /// Events from now on, for one listener: get it before `start` to receive all.
  public var events: AsyncStream<MediaRecorderEvent> { broadcaster.listen() }

  /// Counts so far, and after the end, of the whole recording.
  public var statistics: MediaRecorderStatistics { control.withLock { $0.writer?.statistics ?? $0.last } }

  /// Begins recording the stream's live tracks: its first video track, and all audio tracks, each as a track of its
  /// own. A recording with video begins with the first picture.
  /// - Throws: `invalidState` unless inactive; `notSupported` without a live track, or with one that the type does not
  ///   allow; `output` when the file cannot be created.
  public func start(_ output: RecordingOutput = .blobs(timeslice: nil)) throws(MediaRecorderError) {
    let isInactive = control.withLock { control in
      guard control.state == .inactive, !control.isStarting else { return false }
      control.isStarting = true
      return true
    }
    guard isInactive else { throw .invalidState("the recorder is running already") }
    defer { control.withLock { $0.isStarting = false } }
    let video = stream.getVideoTracks().first { $0.readyState == .live }
    let audio = stream.getAudioTracks().filter { $0.readyState == .live }
    guard video != nil || !audio.isEmpty else { throw .notSupported("the stream has no live track to record") }
    guard video == nil || video?.source is any VideoSource, audio.allSatisfy({ $0.source is any AudioSource }) else {
      throw .notSupported("a track of the stream comes encoded; use an EncodedRecorder")
    }
    guard video == nil || MIMEType(options.mimeType)?.isAudio != true else {
      throw .notSupported("\(options.mimeType) has no place for the stream's pictures; use video/webm")
    }
    do throws(RecordingError) {
      let (sink, timeslice) = try makeSink(output)
      let bitrates = RecorderBitrates(
        options, video: options.encoding.bitrate, hasVideo: video != nil, hasAudio: !audio.isEmpty)
      var options = options
      options.encoding.bitrate = bitrates.video
      var audioSettings = AudioEncodingSettings()
      audioSettings.bitrate = bitrates.audio
      let writer = RecordingWriter(
        video: video, audio: audio, audioSettings: audioSettings, options: options, timeslice: timeslice, sink: sink,
        events: broadcaster, owner: owner)
      let previous = control.withLock { control in
        defer { control.writer = writer }
        control.state = .recording
        control.bitrates = bitrates
        return control.writer
      }
      writer.start(after: previous)
    } catch {
      throw .output(error)
    }
  }

  /// Ends the recording: pictures captured so far are encoded and written, then `stop` is sent. Does nothing when
  /// inactive.
  public func stop() {
    let writer = control.withLock { control in
      control.state = .inactive
      return control.writer
    }
    writer?.stop(now: .now)
  }

  /// Records nothing from now on. Does nothing while paused.
  /// - Throws: `invalidState` when inactive.
  public func pause() throws(MediaRecorderError) { try change(from: .recording, to: .paused) { $0.pause(now: $1) } }

  /// Continues without a gap in the file. Does nothing while recording.
  /// - Throws: `invalidState` when inactive.
  public func resume() throws(MediaRecorderError) { try change(from: .paused, to: .recording) { $0.resume(now: $1) } }

  /// Sends a `dataavailable` with the data so far.
  /// - Throws: `invalidState` when inactive.
  public func requestData() throws(MediaRecorderError) {
    let writer = control.withLock { $0.state == .inactive ? nil : $0.writer }
    guard let writer else { throw .invalidState("the recorder is not running") }
    writer.requestData()
  }

  /// A recording ends when tracks are added to the stream or removed from it.
  private func tracksChanged() {
    let writer = control.withLock { $0.state == .inactive ? nil : $0.writer }
    writer?.streamChanged()
  }

  /// Records another track from now on, as `RTCRtpSender.replaceTrack` sends one: the file continues without a gap and
  /// keeps its size, into which the new pictures are fitted. Replace before the old track ends, or the recording is
  /// over. An addition to the specification.
  /// - Parameters:
  ///   - track: the track to record from now on.
  ///   - old: the track to replace; nil for the first of that kind.
  /// - Throws: `invalidState` when inactive; `notSupported` for a track that cannot be recorded, or that has none to
  ///   replace.
  public func replaceTrack(
    _ track: MediaStreamTrack, instead old: MediaStreamTrack? = nil
  ) throws(MediaRecorderError) {
    guard track.readyState == .live, track.source is any VideoSource || track.source is any AudioSource else {
      throw .notSupported("only a live track that is captured here can be recorded instead")
    }
    let writer = control.withLock { $0.state == .inactive ? nil : $0.writer }
    guard let writer else { throw .invalidState("the recorder is not running") }
    guard old == nil || old?.kind == track.kind, writer.replace(old, with: track, now: .now) else {
      throw .notSupported("no track of this kind is recorded that could be replaced")
    }
  }

  private func change(
    from old: State, to new: State, _ act: (RecordingWriter, MediaTime) -> Void
  ) throws(MediaRecorderError) {
    let isRunning = control.withLock { control in
      guard control.state != .inactive else { return false }
      if control.state == old, let writer = control.writer {
        control.state = new
        act(writer, .now)
      }
      return true
    }
    guard isRunning else { throw .invalidState("the recorder is not running") }
  }

  private func makeSink(_ output: RecordingOutput) throws(RecordingError) -> (any RecordingSink & Sendable, MediaTime?)
  {
    switch output {
    case .blobs(let timeslice): (BlobSink(), timeslice.map { .milliseconds(min(Int64($0), .max / 1_000_000)) })
    case .file(let path, let replacing): (try FileSink(path: path, replacing: replacing), nil)
    case .descriptor(let descriptor, let name): (FileSink(descriptor: descriptor, name: name), nil)
    }
  }

  private var owner: RecordingWriter.Owner {
    RecordingWriter.Owner(
      started: { [weak self] type in self?.control.withLock { $0.mimeType = type } },
      ending: { [weak self] writer in
        self?.control.withLock { control in
          // Another recording may have been started since `stop`.
          if control.writer === writer { control.state = .inactive }
        }
      },
      ended: { [weak self] writer in
        self?.control.withLock { control in
          guard control.writer === writer else { return }
          control.last = writer.statistics
          control.writer = nil
        }
      })
  }
}
