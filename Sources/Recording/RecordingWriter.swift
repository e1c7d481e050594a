internal import Encoding
internal import Media
internal import WebM

/// The writing half of a recorder: takes coded frames from the encode thread by a bounded queue, and on its own thread
/// "oriel-write" places them in time, muxes them and writes them. Also subscribes and unsubscribes, since ending an
/// encoder waits for its thread, and no caller of `pause` or `stop` should.
final class RecordingWriter: EncodedVideoSink {
  /// Why the writer ended by itself.
  enum Ending: Sendable {
    case stopped
    case sourceEnded
    case failed(MediaRecorderError)
  }

  private enum Command {
    case size(PixelSize)
    case frame(EncodedVideoFrame)
    case pause(MediaTime)
    case resume(MediaTime)
    case requestData
    case encoderEnded(EncoderError?)
    case stop(MediaTime)
  }

  private struct Queue {
    var commands: [Command] = []
    var bytes = 0
    /// A frame was left out: no other can follow but a key frame.
    var needsKeyFrame = false
    var statistics = MediaRecorderStatistics()
    var framesLeftOut = 0
    var warned = false
    var ended = false
  }

  /// Bytes that may wait for a slow disk: at 2.5 Mbit/s nearly two minutes.
  static let queueLimit = 32 << 20

  private let track: MediaStreamTrack
  private let encoding: EncodingSettings
  private let writingApplication: String
  private let timeslice: MediaTime?
  private let sink: any RecordingSink & Sendable
  private let events: EventBroadcaster<MediaRecorderEvent>
  private let onEnd: @Sendable (Ending) -> Void
  private let queue = Monitor(Queue())

  /// Owned by the writing thread.
  private struct Work {
    var muxer: WebMMuxer?
    var timeline = RecorderTimeline()
    var encoder: VideoEncoder?
    /// What encoders before a pause had done.
    var before = VideoEncoderStatistics()
    var size: PixelSize?
    var lastBlob = MediaTime.zero
    var lastTime = MediaTime.zero
    var lastDiskCheck = MediaTime.zero
  }

  init(
    track: MediaStreamTrack, encoding: EncodingSettings, writingApplication: String, timeslice: MediaTime?,
    sink: any RecordingSink & Sendable, events: EventBroadcaster<MediaRecorderEvent>,
    onEnd: @escaping @Sendable (Ending) -> Void
  ) {
    self.track = track
    self.encoding = encoding
    self.writingApplication = writingApplication
    self.timeslice = timeslice
    self.sink = sink
    self.events = events
    self.onEnd = onEnd
  }

  var statistics: MediaRecorderStatistics { queue.withLock { $0.statistics } }

  func start() { _ = NamedThread("oriel-write") { [self] in run() } }
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
      if frame.isKeyFrame { queue.needsKeyFrame = false }
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
    work.encoder = VideoEncoder.subscribe(self, to: track, settings: encoding)
    let ending = loop(&work)
    if let encoder = work.encoder { encoder.remove(self) }
    queue.withLock { $0.ended = true }
    onEnd(ending)
  }

  private func loop(_ work: inout Work) -> Ending {
    do throws(MediaRecorderError) {
      while true {
        let needsKeyFrame = queue.withLock { $0.needsKeyFrame && $0.bytes < Self.queueLimit / 2 }
        if needsKeyFrame { work.encoder?.requestKeyFrame() }
        let command: Command? = queue.wait { queue in
          guard !queue.commands.isEmpty else { return nil }
          let command = queue.commands.removeFirst()
          if case .frame(let frame) = command { queue.bytes -= frame.data.count }
          return command
        }
        guard let command else { continue }
        if let ending = try perform(command, &work) { return ending }
      }
    } catch {
      finishWhatFits(&work)
      return .failed(error)
    }
  }

  /// After a failed write: closes the file with its index if that still fits, or else without.
  private func finishWhatFits(_ work: inout Work) {
    for withIndex in [true, false] {
      var muxer = work.muxer
      let outputs = muxer?.finish(duration: work.lastTime, withIndex: withIndex) ?? []
      if (try? output(outputs)) != nil { break }
    }
    try? sink.close()
    updateStatistics(work, now: .now)
    sendBlob(&work)
  }

  private func perform(_ command: Command, _ work: inout Work) throws(MediaRecorderError) -> Ending? {
    switch command {
    case .size(let size): work.size = size
    case .frame(let frame): try write(frame, &work)
    case .pause(let time):
      work.timeline.pause(now: time)
      if let encoder = work.encoder {
        encoder.remove(self)
        work.before.add(encoder.statistics)
        work.encoder = nil
      }
      discardFrames()
      events.send(.pause)
    case .resume(let time):
      work.timeline.resume(now: time)
      var settings = encoding
      settings.canvas = work.size ?? settings.canvas
      work.encoder = VideoEncoder.subscribe(self, to: track, settings: settings)
      events.send(.resume)
    case .requestData: sendBlob(&work)
    case .stop(let time):
      if let encoder = work.encoder {
        encoder.remove(self, finishing: true)
        for command in queue.withLock({ $0.commands }) {
          switch command {
          case .size(let size): work.size = size
          case .frame(let frame): try write(frame, &work)
          default: break
          }
        }
      }
      try finish(at: time, &work)
      return .stopped
    case .encoderEnded(let error):
      // A pause ends its encoder too; only the one in use counts.
      guard work.encoder != nil else { return nil }
      try finish(at: .now, &work)
      if let error { throw .unknown(error.description) }
      return .sourceEnded
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
      queue.needsKeyFrame = true
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
    if let fault = diskGuard(&work) { throw .output(fault) }
    if let timeslice, time - work.lastBlob >= timeslice { sendBlob(&work) }
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
    events.send(.start)
  }

  private func output(_ outputs: [WebMOutput]) throws(RecordingError) { try sink.write(outputs) }

  private func finish(at time: MediaTime, _ work: inout Work) throws(MediaRecorderError) {
    do throws(RecordingError) {
      let duration = max(work.timeline.duration(now: time), work.lastTime)
      try output(work.muxer?.finish(duration: duration) ?? [])
      try sink.close()
    } catch {
      throw .output(error)
    }
    updateStatistics(work, now: time)
    sendBlob(&work)
  }

  private func sendBlob(_ work: inout Work) {
    guard let sink = sink as? BlobSink else { return }
    events.send(.dataavailable(data: sink.take(), timecode: work.lastBlob.seconds * 1000))
    work.lastBlob = work.lastTime
  }

  private func updateStatistics(_ work: Work, now: MediaTime) {
    var done = work.before
    if let encoder = work.encoder { done.add(encoder.statistics) }
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
