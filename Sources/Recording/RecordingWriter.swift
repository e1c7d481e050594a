internal import Encoding
internal import Media
internal import WebM

/// The writing half of a recorder: takes coded frames from the encode thread by a bounded queue, and on its own thread
/// "oriel-write" places them in time, muxes them and writes them. Also subscribes and unsubscribes, since ending an
/// encoder waits for its thread, and no caller of `pause` or `stop` should.
final class RecordingWriter: EncodedVideoSink {
  /// Whom it tells, on the writing thread, just before the events `start`, the last `dataavailable` and `stop`.
  struct Owner: Sendable {
    var started: @Sendable () -> Void
    var ending: @Sendable (RecordingWriter) -> Void
    var ended: @Sendable (RecordingWriter) -> Void
  }

  private enum Command {
    case size(PixelSize)
    case frame(EncodedVideoFrame)
    case pause(MediaTime)
    case resume(MediaTime)
    case requestData
    case encoderEnded(EncoderError?)
    /// While paused, nobody else tells.
    case trackEnded
    case stop(MediaTime)
  }

  private struct Queue {
    var commands: [Command] = []
    var bytes = 0
    /// A frame was left out: no other can follow but a key frame.
    var needsKeyFrame = false
    var keyFrameAsked = false
    var statistics = MediaRecorderStatistics()
    var framesLeftOut = 0
    var warned = false
    /// No frames are taken any more.
    var ended = false
    /// The last event has been sent.
    var isOver = false
  }

  /// Bytes that may wait for a slow disk: at 2.5 Mbit/s nearly two minutes.
  static let queueLimit = 32 << 20

  private let track: MediaStreamTrack
  private let encoding: EncodingSettings
  private let writingApplication: String
  private let timeslice: MediaTime?
  private let sink: any RecordingSink & Sendable
  private let events: EventBroadcaster<MediaRecorderEvent>
  private let owner: Owner
  private let queue = Monitor(Queue())

  /// Owned by the writing thread.
  private struct Work {
    var muxer: WebMMuxer?
    var timeline = RecorderTimeline()
    var encoder: VideoEncoder?
    /// What encoders before a pause had done.
    var before = VideoEncoderStatistics()
    /// What the encoder had done before this subscription.
    var others = VideoEncoderStatistics()
    var trackEnded = false
    var size: PixelSize?
    /// Data was asked for before there was any.
    var dataRequested = false
    /// The time of the first frame that is in no blob yet.
    var blobStart: MediaTime?
    /// The time of the last frame in the blob before.
    var lastBlob = MediaTime.zero
    var lastTime = MediaTime.zero
    var lastDiskCheck = MediaTime.zero
  }

  init(
    track: MediaStreamTrack, encoding: EncodingSettings, writingApplication: String, timeslice: MediaTime?,
    sink: any RecordingSink & Sendable, events: EventBroadcaster<MediaRecorderEvent>, owner: Owner
  ) {
    self.track = track
    self.encoding = encoding
    self.writingApplication = writingApplication
    self.timeslice = timeslice
    self.sink = sink
    self.events = events
    self.owner = owner
  }

  var statistics: MediaRecorderStatistics { queue.withLock { $0.statistics } }

  /// Begins once `previous`, the same recorder's recording before this one, has sent its last event.
  func start(after previous: RecordingWriter?) {
    _ = NamedThread("oriel-write") { [self] in
      _ = previous?.queue.wait { $0.isOver ? true : nil }
      run()
    }
  }

  func pause(now: MediaTime) { post(.pause(now)) }
  func resume(now: MediaTime) { post(.resume(now)) }
  func requestData() { post(.requestData) }
  func stop(now: MediaTime) { post(.stop(now)) }

  private func post(_ command: Command) { queue.update { $0.commands.append(command) } }

  // MARK: - The encode thread

  func videoSizeChanged(_ size: PixelSize) { post(.size(size)) }

  func videoEnded(error: EncoderError?) { post(.encoderEnded(error)) }

  func receive(_ frame: EncodedVideoFrame) {
    let warning: String? = queue.update { queue in
      guard !queue.ended else { return nil }
      if frame.isKeyFrame {
        queue.needsKeyFrame = false
        queue.keyFrameAsked = false
      }
      if queue.needsKeyFrame || queue.bytes + frame.data.count > Self.queueLimit {
        queue.needsKeyFrame = true
        if frame.kind == .change { queue.framesLeftOut += 1 }
        defer { queue.warned = true }
        return queue.warned
          ? nil : "the disk or pipe takes the recording too slowly; frames are left out until it catches up"
      }
      queue.commands.append(.frame(frame))
      queue.bytes += frame.data.count
      return nil
    }
    if let warning { events.send(.warning(code: "slowOutput", message: warning)) }
  }

  // MARK: - The writing thread

  private func run() {
    var work = Work()
    subscribe(encoding, &work)
    let trackEnd = Task { [track, weak self] in
      for await _ in track.events {}
      if !Task.isCancelled { self?.post(.trackEnded) }
    }
    var failure: MediaRecorderError?
    var end: MediaTime?
    do throws(MediaRecorderError) { end = try loop(&work) } catch { failure = error }
    trackEnd.cancel()
    work.encoder?.remove(self)
    queue.withLock { $0.ended = true }
    owner.ending(self)
    if let failure {
      events.send(.error(failure))
    } else if work.muxer == nil {
      tellStart()
    }
    let late = close(at: end, &work)
    if let late, failure == nil { events.send(.error(.output(late))) }
    updateStatistics(work, now: end ?? .now)
    sendBlob(&work)
    owner.ended(self)
    events.send(.stop)
    queue.update { $0.isOver = true }
  }

  private func subscribe(_ settings: EncodingSettings, _ work: inout Work) {
    // A subscription begins with a key frame.
    queue.withLock { $0.needsKeyFrame = false }
    let encoder = VideoEncoder.subscribe(self, to: track, settings: settings)
    work.encoder = encoder
    work.others = encoder.statisticsBefore(self)
  }

  /// Works until the recording is to end.
  /// - Returns: when it ended.
  private func loop(_ work: inout Work) throws(MediaRecorderError) -> MediaTime {
    while true {
      let asksKeyFrame = queue.withLock { queue in
        guard queue.needsKeyFrame, !queue.keyFrameAsked, queue.bytes < Self.queueLimit / 2 else { return false }
        queue.keyFrameAsked = true
        return true
      }
      if asksKeyFrame { work.encoder?.requestKeyFrame() }
      let command: Command? = queue.wait { queue in
        guard !queue.commands.isEmpty else { return nil }
        let command = queue.commands.removeFirst()
        if case .frame(let frame) = command { queue.bytes -= frame.data.count }
        return command
      }
      if let command, let end = try perform(command, &work) { return end }
    }
  }

  /// Finishes the file, with its index, or where that does not fit, without.
  private func close(at end: MediaTime?, _ work: inout Work) -> RecordingError? {
    let duration = max(end.map { work.timeline.duration(now: $0) } ?? .zero, work.lastTime)
    var fault: RecordingError?
    for withIndex in [true, false] {
      do throws(RecordingError) {
        var muxer = work.muxer
        try sink.write(muxer?.finish(duration: duration, withIndex: withIndex) ?? [])
        break
      } catch {
        fault = fault ?? error
      }
    }
    do throws(RecordingError) { try sink.close() } catch { fault = fault ?? error }
    return fault
  }

  private func perform(_ command: Command, _ work: inout Work) throws(MediaRecorderError) -> MediaTime? {
    switch command {
    case .size(let size): work.size = size
    case .frame(let frame): try write(frame, &work)
    case .pause(let time):
      work.timeline.pause(now: time)
      if let encoder = work.encoder {
        encoder.remove(self)
        work.before = done(work)
        work.encoder = nil
      }
      discardFrames()
      events.send(.pause)
      if work.trackEnded { return time }
    case .resume(let time):
      work.timeline.resume(now: time)
      var settings = encoding
      settings.canvas = work.size ?? settings.canvas
      subscribe(settings, &work)
      events.send(.resume)
    case .requestData:
      if work.blobStart == nil, work.muxer == nil { work.dataRequested = true } else { sendBlob(&work) }
    case .stop(let time):
      guard let encoder = work.encoder else { return time }
      encoder.remove(self, finishing: true)
      for command in queue.withLock({ $0.commands }) {
        switch command {
        case .size(let size): work.size = size
        case .frame(let frame): try write(frame, &work)
        case .encoderEnded(let error?): throw .unknown(error.description)
        default: break
        }
      }
      return time
    case .encoderEnded(let error):
      // A pause ends its encoder too; only the one in use counts.
      guard work.encoder != nil else { return nil }
      if let error { throw .unknown(error.description) }
      return .now
    case .trackEnded:
      // An encoder codes what is left, and then says so itself.
      work.trackEnded = true
      return work.encoder == nil ? .now : nil
    }
    return nil
  }

  /// After a pause began, nothing that was captured later may be written, and what was captured earlier has been.
  private func discardFrames() {
    queue.withLock { queue in
      queue.commands.removeAll {
        switch $0 {
        case .frame, .encoderEnded: true
        default: false
        }
      }
      queue.bytes = 0
    }
  }

  private func write(_ frame: EncodedVideoFrame, _ work: inout Work) throws(MediaRecorderError) {
    if work.muxer == nil {
      guard frame.isKeyFrame, let size = work.size else { return }
      try open(size, &work)
    }
    let time = work.timeline.place(frame.timestamp)
    do {
      // A write that fails leaves the muxer as the file is: without this frame.
      var muxer = work.muxer
      try output(
        muxer?.write(EncodedBlock(track: 1, time: time, isKeyFrame: frame.isKeyFrame, data: frame.data)) ?? [])
      work.muxer = muxer
    } catch let error as RecordingError {
      throw .output(error)
    } catch {
      throw .unknown("\(error)")
    }
    work.lastTime = time
    work.blobStart = work.blobStart ?? time
    if let fault = diskGuard(&work) { throw .output(fault) }
    if work.dataRequested || timeslice.map({ time - work.lastBlob >= $0 }) ?? false { sendBlob(&work) }
    updateStatistics(work, now: .now)
  }

  /// Whether the disk is so nearly full that the recording had better end while it can be finished; asked once a second.
  private func diskGuard(_ work: inout Work) -> RecordingError? {
    let now = MediaTime.now
    guard now - work.lastDiskCheck >= .seconds(1) else { return nil }
    work.lastDiskCheck = now
    return sink.spaceRunsOut()
  }

  private func open(_ size: PixelSize, _ work: inout Work) throws(MediaRecorderError) {
    do {
      var muxer = try WebMMuxer(
        tracks: [.vp8(number: 1, width: size.width, height: size.height)], writingApplication: writingApplication,
        mode: sink.isSeekable ? .seekable : .streaming)
      try output(muxer.start())
      work.muxer = muxer
    } catch let error as RecordingError {
      throw .output(error)
    } catch {
      throw .unknown("\(error)")
    }
    queue.withLock {
      $0.statistics.width = size.width
      $0.statistics.height = size.height
    }
    tellStart()
  }

  private func tellStart() {
    owner.started()
    events.send(.start)
  }

  private func output(_ outputs: [WebMOutput]) throws(RecordingError) { try sink.write(outputs) }

  private func sendBlob(_ work: inout Work) {
    guard let sink = sink as? BlobSink else { return }
    let start = work.blobStart ?? work.lastTime
    events.send(.dataavailable(data: sink.take(), timecode: start.seconds * 1000))
    work.lastBlob = work.lastTime
    work.blobStart = nil
    work.dataRequested = false
  }

  /// What the encoders have done for this recording.
  private func done(_ work: Work) -> VideoEncoderStatistics {
    var done = work.before
    if let encoder = work.encoder {
      done.add(encoder.statistics)
      done.subtract(work.others)
    }
    return done
  }

  private func updateStatistics(_ work: Work, now: MediaTime) {
    let done = done(work)
    let duration = max(work.timeline.duration(now: now), work.lastTime).seconds
    queue.withLock { queue in
      queue.statistics.durationSeconds = duration
      queue.statistics.framesCaptured = done.framesCaptured
      queue.statistics.framesEncoded = done.framesEncoded
      queue.statistics.framesDropped = done.framesDropped + queue.framesLeftOut
      queue.statistics.keyFrames = done.keyFrames
      queue.statistics.bytes = sink.bytesWritten
    }
  }
}
