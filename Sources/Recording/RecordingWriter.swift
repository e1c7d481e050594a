internal import Encoding
internal import Media

/// The writing half of a recorder: takes coded frames from the encode thread and writes them on its own, "oriel-write". Also
/// subscribes and unsubscribes, since ending an encoder waits for its thread, and no caller of `pause` or `stop` should.
final class RecordingWriter: EncodedVideoSink {
  /// Why the writer ended.
  enum Ending: Sendable {
    case stopped
    case sourceEnded
    case failed(MediaRecorderError)
  }

  /// What the writing thread owns.
  private struct Work {
    var file: RecordingFile
    var encoder: VideoEncoder?
    var size: PixelSize?
    var lastBlob = MediaTime.zero
    var isKeyFrameRequested = false
  }

  private let track: MediaStreamTrack
  private let options: MediaRecorderOptions
  private let timeslice: MediaTime?
  private let sink: any RecordingSink & Sendable
  private let events: EventBroadcaster<MediaRecorderEvent>
  private let onEnd: @Sendable (Ending) -> Void
  private let queue = RecordingQueue()
  private let published = Monitor((statistics: MediaRecorderStatistics(), hasWarned: false))

  /// - Parameters:
  ///   - options: with the encoding's bit rate already in place.
  ///   - onEnd: is called once, on the writing thread, as its last act.
  init(
    track: MediaStreamTrack, options: MediaRecorderOptions, timeslice: MediaTime?, sink: any RecordingSink & Sendable,
    events: EventBroadcaster<MediaRecorderEvent>, onEnd: @escaping @Sendable (Ending) -> Void
  ) {
    self.track = track
    self.options = options
    self.timeslice = timeslice
    self.sink = sink
    self.events = events
    self.onEnd = onEnd
  }

  /// What has been recorded so far. A disk that stands still does not hold up the count of pictures.
  var statistics: MediaRecorderStatistics {
    var statistics = published.withLock { $0.statistics }
    let told = queue.pictures
    statistics.framesCaptured = max(statistics.framesCaptured, told.captured)
    statistics.framesDropped = max(statistics.framesDropped, told.dropped)
    return statistics
  }

  func start() { _ = NamedThread("oriel-write") { [self] in run() } }
  func pause(now: MediaTime) { queue.post(.pause(now)) }
  func resume(now: MediaTime) { queue.post(.resume(now)) }
  func requestData() { queue.post(.requestData) }
  func stop(now: MediaTime) { queue.post(.stop(now)) }

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
      file: RecordingFile(sink: sink, writingApplication: options.writingApplication, ledger: options.ledger))
    work.encoder = VideoEncoder.subscribe(self, to: track, settings: options.encoding)
    let ending = loop(&work)
    work.encoder?.remove(self)
    publish(work)
    queue.close()
    sendBlob(&work)
    onEnd(ending)
  }

  private func loop(_ work: inout Work) -> Ending {
    do throws(MediaRecorderError) {
      while true {
        let needsKeyFrame = queue.needsKeyFrame
        if needsKeyFrame, !work.isKeyFrameRequested { work.encoder?.requestKeyFrame() }
        work.isKeyFrameRequested = needsKeyFrame
        if let ending = try perform(queue.next(), &work) { return ending }
      }
    } catch {
      work.encoder?.remove(self)
      work.encoder = nil
      work.file.giveUp(queue.takeFrames())
      work.file.finishWhatFits()
      return .failed(error)
    }
  }

  private func perform(_ command: RecordingQueue.Command, _ work: inout Work) throws(MediaRecorderError) -> Ending? {
    switch command {
    case .size, .frame, .skipped, .leftOut, .leftOutUnlisted:
      try take(command, &work)
      work.file.updateDuration(now: .now)
      publish(work)
    case .pause(let time):
      try giveUpEncoder(&work)
      work.file.pause(now: time)
      events.send(.pause)
    case .resume(let time):
      work.file.resume(now: time)
      var settings = options.encoding
      settings.canvas = work.size ?? settings.canvas
      work.encoder = VideoEncoder.subscribe(self, to: track, settings: settings)
      events.send(.resume)
    case .requestData: sendBlob(&work)
    case .stop(let time):
      try giveUpEncoder(&work)
      try work.file.finish(at: time)
      return .stopped
    case .encoderEnded(let error):
      try work.file.finish(at: .now)
      if let error { throw .unknown(error.description) }
      return .sourceEnded
    }
    return nil
  }

  /// Lets the encoder finish what has been captured, and writes that.
  private func giveUpEncoder(_ work: inout Work) throws(MediaRecorderError) {
    guard let encoder = work.encoder else { return }
    work.encoder = nil
    encoder.remove(self, finishing: true)
    for command in queue.takeFrames() { try take(command, &work) }
    queue.forgetEncoder()
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
        events.send(.start)
      }
      try work.file.write(frame)
      if let timeslice, work.file.lastTime - work.lastBlob >= timeslice { sendBlob(&work) }
    default: break
    }
  }

  private func publish(_ work: Work) { published.withLock { $0.statistics = work.file.statistics } }

  private func sendBlob(_ work: inout Work) {
    guard let sink = sink as? BlobSink else { return }
    events.send(.dataavailable(data: sink.take(), timecode: work.lastBlob.seconds * 1000))
    work.lastBlob = work.file.lastTime
  }
}
