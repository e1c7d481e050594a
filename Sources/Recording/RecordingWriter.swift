internal import Encoding
internal import Media

/// The writing half of a recorder: takes coded frames from the encode thread and writes them on its own, "oriel-write". Also
/// subscribes and unsubscribes, since ending an encoder waits for its thread, and no caller of `pause` or `stop` should.
final class RecordingWriter: EncodedVideoSink {
  /// Whom it tells, on the writing thread, just before the events `start`, the last `dataavailable` and `stop`.
  struct Owner: Sendable {
    var started: @Sendable () -> Void
    var ending: @Sendable (RecordingWriter) -> Void
    var ended: @Sendable (RecordingWriter) -> Void
  }

  /// What the writing thread owns.
  private struct Work {
    var file: RecordingFile
    var track: MediaStreamTrack
    /// Tells of the track's end, which no encoder does while paused.
    var trackEnd: Task<Void, Never>?
    var encoder: VideoEncoder?
    var size: PixelSize?
    /// The time of the first frame that is in no blob yet.
    var blobStart: MediaTime?
    /// The time of the last frame in the blob before.
    var lastBlob = MediaTime.zero
    /// Data was asked for before there was any.
    var isDataRequested = false
    var isKeyFrameRequested = false
    var hasTrackEnded = false
    var hasStarted = false
  }

  private let track: MediaStreamTrack
  private let options: MediaRecorderOptions
  private let timeslice: MediaTime?
  private let sink: any RecordingSink & Sendable
  private let events: EventBroadcaster<MediaRecorderEvent>
  private let owner: Owner
  private let queue = RecordingQueue()
  private let published = Monitor((statistics: MediaRecorderStatistics(), hasWarned: false, isOver: false))

  /// - Parameter options: with the encoding's bit rate already in place.
  init(
    track: MediaStreamTrack, options: MediaRecorderOptions, timeslice: MediaTime?, sink: any RecordingSink & Sendable,
    events: EventBroadcaster<MediaRecorderEvent>, owner: Owner
  ) {
    self.track = track
    self.options = options
    self.timeslice = timeslice
    self.sink = sink
    self.events = events
    self.owner = owner
  }

  /// What has been recorded so far. A disk that stands still does not hold up the count of pictures.
  var statistics: MediaRecorderStatistics {
    var statistics = published.withLock { $0.statistics }
    let told = queue.pictures
    statistics.framesCaptured = max(statistics.framesCaptured, told.captured)
    statistics.framesDropped = max(statistics.framesDropped, told.dropped)
    return statistics
  }

  /// Begins once `previous`, the same recorder's recording before this one, has sent its last event.
  func start(after previous: RecordingWriter?) {
    _ = NamedThread("oriel-write") { [self] in
      _ = previous?.published.wait { $0.isOver ? true : nil }
      run()
    }
  }

  func pause(now: MediaTime) { queue.post(.pause(now)) }
  func resume(now: MediaTime) { queue.post(.resume(now)) }
  func requestData() { queue.post(.requestData) }
  func replaceTrack(_ track: MediaStreamTrack, now: MediaTime) { queue.post(.replace(track, at: now)) }
  func stop(now: MediaTime) { queue.post(.stop(now)) }
  func streamChanged() { queue.post(.streamChanged) }

  // MARK: - The encode thread

  func videoSizeChanged(_ size: PixelSize) { queue.post(.size(size)) }
  func videoEnded(error: EncoderError?) { queue.post(.encoderEnded(error)) }
  func skipped(_ frames: [SkippedFrame]) { queue.post(frames) }

  func receive(_ frame: EncodedVideoFrame) {
    guard !queue.post(frame) else { return }
    let isFirst = published.withLock { published in
      defer { published.hasWarned = true }
      return !published.hasWarned
    }
    if isFirst {
      events.send(
        .warning(
          code: "slowOutput",
          message: "the disk or pipe takes the recording too slowly; frames are left out until it catches up"))
    }
  }

  // MARK: - The writing thread

  private func run() {
    var work = Work(
      file: RecordingFile(sink: sink, writingApplication: options.writingApplication, ledger: options.ledger),
      track: track)
    work.trackEnd = watchEnd(of: track)
    work.encoder = subscribe(&work)
    let failure = loop(&work)
    work.trackEnd?.cancel()
    work.encoder?.remove(self)
    publish(work)
    queue.close()
    owner.ending(self)
    var isModified = false
    if case .invalidModification = failure { isModified = true }
    if !work.hasStarted, failure == nil || isModified { tellStart(&work) }
    if let failure { events.send(.error(failure)) }
    sendBlob(&work)
    owner.ended(self)
    events.send(.stop)
    published.update { $0.isOver = true }
  }

  /// Works until the recording ends, and finishes it.
  /// - Returns: what went wrong, if anything.
  private func loop(_ work: inout Work) -> MediaRecorderError? {
    do throws(MediaRecorderError) {
      while true {
        let needsKeyFrame = queue.needsKeyFrame
        if needsKeyFrame, !work.isKeyFrameRequested { work.encoder?.requestKeyFrame() }
        work.isKeyFrameRequested = needsKeyFrame
        if let end = try perform(queue.next(), &work) {
          try work.file.finish(at: end)
          return nil
        }
      }
    } catch {
      work.encoder?.remove(self)
      work.encoder = nil
      work.file.giveUp(queue.takeFrames())
      work.file.finishWhatFits()
      return error
    }
  }

  /// - Returns: when the recording ended, if it did.
  private func perform(_ command: RecordingQueue.Command, _ work: inout Work) throws(MediaRecorderError) -> MediaTime? {
    switch command {
    case .size, .frame, .skipped, .leftOut, .leftOutUnlisted:
      try take(command, &work)
      work.file.updateDuration(now: .now)
      publish(work)
    case .pause(let time):
      try giveUpEncoder(at: time, &work)
      work.file.pause(now: time)
      // A recording has begun also where there was nothing to see yet.
      if !work.hasStarted { tellStart(&work) }
      events.send(.pause)
      if work.hasTrackEnded { return time }
    case .resume(let time):
      work.file.resume(now: time)
      work.encoder = subscribe(&work)
      events.send(.resume)
    case .requestData:
      if work.file.isOpen { sendBlob(&work) } else { work.isDataRequested = true }
    case .stop(let time):
      try giveUpEncoder(at: nil, &work)
      return time
    case .streamChanged:
      try giveUpEncoder(at: nil, &work)
      throw .invalidModification("a track was added to the stream, or removed from it, while it was recorded")
    case .encoderEnded(let error):
      if let error { throw .unknown(error.description) }
      return .now
    case .replace(let track, let time):
      let isRunning = work.encoder != nil
      try giveUpEncoder(at: time, &work)
      work.trackEnd?.cancel()
      work.track = track
      work.hasTrackEnded = false
      work.trackEnd = watchEnd(of: track)
      if isRunning { work.encoder = subscribe(&work) }
    case .trackEnded(let id):
      guard id == work.track.id else { return nil }
      // An encoder codes what is left, and then tells.
      work.hasTrackEnded = true
      return work.encoder == nil ? .now : nil
    }
    return nil
  }

  /// Subscribes to the one encoder of the track, for pictures of the file's size.
  private func subscribe(_ work: inout Work) -> VideoEncoder {
    var settings = options.encoding
    settings.canvas = work.size ?? settings.canvas
    return VideoEncoder.subscribe(self, to: work.track, settings: settings)
  }

  private func watchEnd(of track: MediaStreamTrack) -> Task<Void, Never> {
    Task { [queue] in
      for await _ in track.events {}
      if !Task.isCancelled { queue.post(.trackEnded(track.id)) }
    }
  }

  /// Lets the encoder finish what has been captured, and writes that, up to `pause` if it is one: a slow disk may have
  /// kept a pause waiting.
  private func giveUpEncoder(at pause: MediaTime?, _ work: inout Work) throws(MediaRecorderError) {
    guard let encoder = work.encoder else { return }
    work.encoder = nil
    encoder.remove(self, finishing: true)
    for command in queue.takeFrames() {
      if let pause, case .frame(let frame) = command, frame.timestamp > pause { break }
      try take(command, &work)
    }
    if let error = queue.forgetEncoder(), pause == nil { throw .unknown(error.description) }
  }

  private func take(_ command: RecordingQueue.Command, _ work: inout Work) throws(MediaRecorderError) {
    switch command {
    case .size(let size): work.size = size
    case .skipped(let frames): work.file.skip(frames)
    case .leftOut(let frame): work.file.leaveOut(frame, reason: "slowOutput")
    case .leftOutUnlisted(let count, let time): work.file.leaveOut(count, until: time)
    case .frame(let frame):
      if !work.file.isOpen {
        guard frame.isKeyFrame, let size = work.size else { return }
        try work.file.open(size, at: frame.timestamp)
        publish(work)
        if !work.hasStarted { tellStart(&work) }
      }
      try work.file.write(frame)
      work.blobStart = work.blobStart ?? work.file.lastTime
      let isDue = timeslice.map { work.file.lastTime - work.lastBlob >= $0 } ?? false
      if isDue || work.isDataRequested { sendBlob(&work) }
    default: break
    }
  }

  private func publish(_ work: Work) { published.withLock { $0.statistics = work.file.statistics } }

  private func tellStart(_ work: inout Work) {
    work.hasStarted = true
    owner.started()
    events.send(.start)
  }

  private func sendBlob(_ work: inout Work) {
    guard let sink = sink as? BlobSink else { return }
    let start = work.blobStart ?? work.file.lastTime
    events.send(.dataavailable(data: sink.take(), timecode: start.seconds * 1000))
    work.lastBlob = work.file.lastTime
    work.blobStart = nil
    work.isDataRequested = false
  }
}
