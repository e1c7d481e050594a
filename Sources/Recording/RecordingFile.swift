internal import Encoding
internal import Media
internal import WebM

/// The recording itself: places frames in time, muxes and writes them, and keeps the account. Owned by the writing thread.
struct RecordingFile {
  private let sink: any RecordingSink
  private let writingApplication: String
  private let ledger: (@Sendable (LedgerEntry) -> Void)?
  private var muxer: WebMMuxer?
  private var timeline = RecorderTimeline()
  private var lastDiskCheck = MediaTime.zero
  private var bytesAtDiskCheck: UInt64 = 0
  /// The time of the last frame written.
  private(set) var lastTime = MediaTime.zero
  private var hasFrames = false
  /// The sum of the ledger.
  private(set) var statistics = MediaRecorderStatistics()

  init(sink: any RecordingSink, writingApplication: String, ledger: (@Sendable (LedgerEntry) -> Void)?) {
    self.sink = sink
    self.writingApplication = writingApplication
    self.ledger = ledger
  }

  var isOpen: Bool { muxer != nil }

  /// Begins the file with a first picture that was captured at `time`.
  mutating func open(_ size: PixelSize, at time: MediaTime) throws(MediaRecorderError) {
    do {
      var muxer = try WebMMuxer(
        tracks: [.vp8(number: 1, width: size.width, height: size.height)], writingApplication: writingApplication,
        mode: sink.isSeekable ? .seekable : .streaming)
      try sink.write(muxer.start())
      self.muxer = muxer
    } catch let error as RecordingError {
      throw .output(error)
    } catch {
      throw .unknown("\(error)")
    }
    statistics.width = size.width
    statistics.height = size.height
    statistics.startedAt = time
    account(LedgerEntry(result: .container, time: .zero, bytes: sink.bytesWritten))
  }

  /// Writes a frame.
  mutating func write(_ frame: EncodedVideoFrame) throws(MediaRecorderError) {
    let start = MediaTime.now
    let before = sink.bytesWritten
    // Timecodes are whole milliseconds, and no two frames get the same one.
    let placed = timeline.place(frame.timestamp)
    let time = hasFrames ? max(placed, lastTime + .milliseconds(1)) : placed
    do {
      // A write that fails leaves the muxer as the file is: without this frame.
      var muxer = muxer
      try sink.write(
        muxer?.write(EncodedBlock(track: 1, time: time, isKeyFrame: frame.isKeyFrame, data: frame.data)) ?? [])
      self.muxer = muxer
    } catch {
      leaveOut(frame, reason: "writeFailed")
      throw (error as? RecordingError).map { .output($0) } ?? .unknown("\(error)")
    }
    lastTime = time
    hasFrames = true
    var entry = LedgerEntry(frame, time: time)
    entry.bytes = sink.bytesWritten - before
    entry.writeTime = .now - start
    account(entry)
    if let fault = diskFault() { throw .output(fault) }
  }

  /// Keeps account of looks at the screen that gave no frame.
  mutating func skip(_ frames: [SkippedFrame]) {
    guard isOpen else { return }
    for frame in frames {
      account(
        LedgerEntry(
          result: frame.reason == .unchanged ? .unchanged : .dropped, time: timeline.place(frame.timestamp),
          reason: frame.reason == .unchanged ? nil : frame.reason.rawValue, captureTime: frame.captureTime,
          convertTime: frame.convertTime))
    }
  }

  /// Keeps account of a frame that could not be written, or not in time.
  mutating func leaveOut(_ frame: EncodedVideoFrame, reason: String) {
    guard isOpen, frame.kind == .change else { return }
    var entry = LedgerEntry(frame, time: timeline.place(frame.timestamp))
    entry.result = .dropped
    entry.reason = reason
    account(entry)
  }

  /// Keeps account of so many pictures of which nothing else is known.
  mutating func leaveOut(_ count: Int, until time: MediaTime) {
    guard isOpen else { return }
    let entry = LedgerEntry(result: .dropped, time: timeline.place(time), reason: "slowOutput")
    for _ in 0..<count { account(entry) }
  }

  /// Keeps account of what was waiting when a write failed.
  mutating func giveUp(_ commands: [RecordingQueue.Command]) {
    for command in commands {
      switch command {
      case .frame(let frame): leaveOut(frame, reason: "writeFailed")
      case .leftOut(let frame): leaveOut(frame, reason: "slowOutput")
      case .leftOutUnlisted(let count, let time): leaveOut(count, until: time)
      case .skipped(let looks): skip(looks)
      default: break
      }
    }
  }

  mutating func pause(now: MediaTime) { timeline.pause(now: now) }
  mutating func resume(now: MediaTime) { timeline.resume(now: now) }

  /// Brings the account's duration up to `now`.
  mutating func updateDuration(now: MediaTime) {
    statistics.durationSeconds = max(timeline.duration(now: now), lastTime).seconds
  }

  /// Ends the file: with sizes, duration and index.
  mutating func finish(at time: MediaTime) throws(MediaRecorderError) {
    let before = sink.bytesWritten
    updateDuration(now: time)
    do throws(RecordingError) {
      var muxer = muxer
      try sink.write(muxer?.finish(duration: max(timeline.duration(now: time), lastTime)) ?? [])
      self.muxer = nil
      try sink.close()
      if !hasFrames { sink.discard() }
    } catch {
      throw .output(error)
    }
    account(LedgerEntry(result: .container, time: lastTime, bytes: sink.bytesWritten - before))
  }

  /// After a failed write: ends the file with its index if that still fits, or else without.
  mutating func finishWhatFits() {
    guard let muxer else { return }
    self.muxer = nil
    let before = sink.bytesWritten
    for withIndex in [true, false] {
      var last = muxer
      if (try? sink.write(last.finish(duration: lastTime, withIndex: withIndex))) != nil { break }
    }
    try? sink.close()
    statistics.durationSeconds = lastTime.seconds
    account(LedgerEntry(result: .container, time: lastTime, bytes: sink.bytesWritten - before))
  }

  /// Whether the disk is so nearly full that the recording had better end while it can be finished; asked once a second, and
  /// whenever much was written.
  private mutating func diskFault() -> RecordingError? {
    let now = MediaTime.now
    guard now - lastDiskCheck >= .seconds(1) || sink.bytesWritten - bytesAtDiskCheck >= 64 << 10 else { return nil }
    lastDiskCheck = now
    bytesAtDiskCheck = sink.bytesWritten
    return sink.spaceRunsOut()
  }

  private mutating func account(_ entry: LedgerEntry) {
    statistics.add(entry)
    ledger?(entry)
  }
}
