internal import Media
internal import WebM

/// The writing half of an `EncodedRecorder`: a bounded queue, and the thread "oriel-write" that writes it to the file.
final class EncodedWriter: Sendable {
  private struct State {
    var queue: [(track: Int, frame: EncodedFrame)] = []
    var bytes = 0
    /// Whether frames were dropped, so that only a key frame can follow.
    var awaitsKeyFrame = false
    var isEnding = false
    /// Whether the file is finished or abandoned.
    var isOver = false
    var failure: MediaRecorderError?
    var statistics = EncodedRecorder.Statistics()
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

  /// Maximum bytes that wait for a slow disk.
  private static let limit = 32 << 20

  private let sink: any RecordingSink & Sendable
  private let kinds: [MediaStreamTrack.Kind]
  private let writingApplication: String
  private let state = Monitor(State())

  /// - Parameter kinds: of the tracks 1, 2 …; video comes before audio.
  init(sink: any RecordingSink & Sendable, kinds: [MediaStreamTrack.Kind], writingApplication: String) {
    self.sink = sink
    self.kinds = kinds
    self.writingApplication = writingApplication
  }

  var statistics: EncodedRecorder.Statistics { state.withLock { $0.statistics } }

  func start() { _ = NamedThread("oriel-write") { [self] in run() } }

  /// Queues a frame, or drops it.
  /// - Returns: whether a key frame is needed to go on.
  func post(_ frame: EncodedFrame, track: Int) -> Bool {
    state.update { state in
      guard !state.isEnding, !state.isOver else { return false }
      let isPicture = kinds[track - 1] == .video
      let fits = state.bytes + frame.data.count <= Self.limit
      if isPicture, frame.isKeyFrame, fits { state.awaitsKeyFrame = false }
      guard fits, !(isPicture && state.awaitsKeyFrame) else {
        state.statistics.framesDropped += 1
        guard isPicture, !state.awaitsKeyFrame else { return false }
        state.awaitsKeyFrame = true
        return true
      }
      state.queue.append((track, frame))
      state.bytes += frame.data.count
      return false
    }
  }

  /// Writes the queued frames, finishes the file, and then returns.
  /// - Returns: the error, if any.
  func finish() async -> MediaRecorderError? {
    state.update { $0.isEnding = true }
    await withCheckedContinuation { continuation in
      let isOver = state.withLock { state in
        if !state.isOver { state.waiting.append(continuation) }
        return state.isOver
      }
      if isOver { continuation.resume() }
    }
    return state.withLock { $0.failure }
  }

  // MARK: - The writing thread

  private func run() {
    var failure: MediaRecorderError?
    do {
      try write()
    } catch let error as RecordingError {
      failure = .output(error)
    } catch {
      failure = .unknown("\(error)")
    }
    // Has no effect on a file that was finished.
    if state.withLock({ $0.statistics.frames }) == 0 { sink.discard() }
    let waiting = state.withLock { state in
      state.isOver = true
      state.failure = failure
      state.queue = []
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiting in waiting { waiting.resume() }
  }

  private func write() throws {
    var muxer: WebMMuxer?
    var origin = MediaTime.zero
    var last = MediaTime.zero
    while let (track, frame) = next() {
      if muxer == nil {
        // Video comes first, and nothing before its first key frame can be shown.
        guard track == 1, frame.isKeyFrame, frame.codec == .opus || frame.size != nil else {
          state.withLock { $0.statistics.framesDropped += 1 }
          continue
        }
        origin = frame.timestamp
        var new = try WebMMuxer(
          tracks: tracks(size: frame.size), writingApplication: writingApplication,
          mode: sink.isSeekable ? .seekable : .streaming, dateUTC: WallClock.matroskaDate(of: .now))
        try sink.write(new.start())
        muxer = new
      }
      let time = frame.timestamp - origin
      guard time >= .zero, var open = muxer else { continue }
      let outputs = try open.write(
        EncodedBlock(track: track, time: time, isKeyFrame: frame.isKeyFrame, data: frame.data))
      try sink.write(outputs)
      try sink.publish()
      muxer = open
      last = max(last, time)
      state.withLock { state in
        state.statistics.frames += 1
        if frame.isKeyFrame, kinds[track - 1] == .video { state.statistics.keyFrames += 1 }
        state.statistics.bytes = sink.bytesWritten
        state.statistics.durationSeconds = last.seconds
      }
    }
    guard var open = muxer else { return }
    try sink.write(open.finish(duration: last))
    try sink.close()
    state.withLock { $0.statistics.bytes = sink.bytesWritten }
  }

  private func next() -> (track: Int, frame: EncodedFrame)? {
    let next: (track: Int, frame: EncodedFrame)?? = state.wait { state in
      guard let first = state.queue.first else { return state.isEnding ? .some(nil) : nil }
      state.queue.removeFirst()
      state.bytes -= first.frame.data.count
      return first
    }
    return next ?? nil
  }

  private func tracks(size: PixelSize?) -> [WebMTrack] {
    kinds.enumerated().map { index, kind in
      switch kind {
      // Received video does not state its frame rate; 30 is the usual one.
      case .video:
        .vp8(number: index + 1, width: size?.width ?? 1, height: size?.height ?? 1, colour: nil, frameRate: 30)
      // A decoder's initial samples were dropped long ago, or never received.
      case .audio: .opus(number: index + 1, head: OpusHead(channels: 2, preSkip: 0))
      }
    }
  }
}
