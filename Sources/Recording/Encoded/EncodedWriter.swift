internal import Media
internal import WebM

/// The writing half of an `EncodedRecorder`: a bounded queue, and the thread "oriel-write" that writes it to the file.
final class EncodedWriter: Sendable {
  private struct State {
    var queue = BoundedQueue<(track: Int, frame: EncodedFrame)>()
    var isKeyFrameRequested = false
    var isEnding = false
    /// Whether the file is finished or abandoned.
    var isOver = false
    var failure: MediaRecorderError?
    var statistics = EncodedRecorder.Statistics()
    var waiting: [CheckedContinuation<Void, Never>] = []
  }

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
  /// - Returns: whether to request a key frame: once there is room again, which a key frame before would not find.
  func post(_ frame: EncodedFrame, track: Int) -> Bool {
    state.update { state in
      guard !state.isEnding, !state.isOver else { return false }
      let isPicture = kinds[track - 1] == .video
      let isAdmitted =
        isPicture
        ? state.queue.admits(frame.data.count, isKeyFrame: frame.isKeyFrame)
        : state.queue.hasRoom(for: frame.data.count)
      if isAdmitted {
        state.queue.append((track, frame), bytes: frame.data.count)
      } else {
        state.statistics.framesDropped += 1
      }
      guard isPicture else { return false }
      let isNeeded = state.queue.needsKeyFrame
      defer { state.isKeyFrameRequested = isNeeded }
      return isNeeded && !state.isKeyFrameRequested
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
    var file = WebMFile(sink, writingApplication: writingApplication)
    var failure: MediaRecorderError?
    do throws(MediaRecorderError) {
      try write(to: &file)
      if file.isOpen { try file.finish(duration: file.lastTime) } else { file.discard() }
    } catch {
      _ = file.finishWhatFits()
      failure = error
    }
    let waiting = state.withLock { state in
      state.isOver = true
      state.failure = failure
      state.queue.clear()
      state.statistics.bytes = file.bytesWritten
      defer { state.waiting = [] }
      return state.waiting
    }
    for waiting in waiting { waiting.resume() }
  }

  /// Writes the frames until the recorder ends.
  private func write(to file: inout WebMFile) throws(MediaRecorderError) {
    var origin = MediaTime.zero
    while let (track, frame) = next() {
      if !file.isOpen {
        // Video comes first, and nothing before its first key frame can be shown.
        guard track == 1, frame.isKeyFrame, frame.codec == .opus || frame.size != nil else {
          state.withLock { $0.statistics.framesDropped += 1 }
          continue
        }
        origin = frame.timestamp
        try file.open(tracks(size: frame.size), at: .now)
      }
      let time = frame.timestamp - origin
      guard time >= .zero else { continue }
      try file.write(EncodedBlock(track: track, time: time, isKeyFrame: frame.isKeyFrame, data: frame.data))
      state.withLock { state in
        state.statistics.frames += 1
        if frame.isKeyFrame, kinds[track - 1] == .video { state.statistics.keyFrames += 1 }
        state.statistics.bytes = file.bytesWritten
        state.statistics.durationSeconds = file.lastTime.seconds
      }
    }
  }

  private func next() -> (track: Int, frame: EncodedFrame)? {
    let next: (track: Int, frame: EncodedFrame)?? = state.wait { state in
      guard let first = state.queue.popFirst() else { return state.isEnding ? .some(nil) : nil }
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
