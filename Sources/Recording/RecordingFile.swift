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

  /// Begins the file.
  mutating func open(_ size: PixelSize) throws(MediaRecorderError) {
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
    } catch let error as RecordingError {
      throw .output(error)
    } catch {
      throw .unknown("\(error)")
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

  /// Keeps account of a frame that could not be written in time.
  mutating func leaveOut(_ frame: EncodedVideoFrame) {
    guard isOpen, frame.kind == .change else { return }
    var entry = LedgerEntry(frame, time: timeline.place(frame.timestamp))
    entry.result = .dropped
    entry.reason = "slowOutput"
    account(entry)
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

  /// Whether the disk is so nearly full that the recording had better end while it can be finished; asked once a second.
  private mutating func diskFault() -> RecordingError? {
    let now = MediaTime.now
    guard now - lastDiskCheck >= .seconds(1) else { return nil }
    lastDiskCheck = now
    return sink.spaceRunsOut()
  }

  private mutating func account(_ entry: LedgerEntry) {
    statistics.add(entry)
    ledger?(entry)
  }
}
