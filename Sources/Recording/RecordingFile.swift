internal import Encoding
internal import Media
internal import WebM

/// The recording itself: assigns times to frames, muxes and writes them, and counts them. Owned by the writing thread.
struct RecordingFile {
  private let sink: any RecordingSink
  private let writingApplication: String
  private let ledger: (@Sendable (LedgerEntry) -> Void)?
  private var muxer: WebMMuxer?
  private var timeline = RecorderTimeline()
  private var lastDiskCheck = MediaTime.zero
  private var bytesAtDiskCheck: UInt64 = 0
  /// The latest time of the blocks written.
  private(set) var lastTime = MediaTime.zero
  /// When the sound written so far ends.
  private var soundEnd = MediaTime.zero
  private var hasBlocks = false
  /// The time of the last picture that was placed.
  private var lastPicture: MediaTime?
  /// The sound since the last ledger entry for sound, and when that was.
  private var unreportedSound: (bytes: UInt64, since: MediaTime) = (0, .zero)
  /// The sum of the ledger.
  private(set) var statistics = MediaRecorderStatistics()

  init(sink: any RecordingSink, writingApplication: String, ledger: (@Sendable (LedgerEntry) -> Void)?) {
    self.sink = sink
    self.writingApplication = writingApplication
    self.ledger = ledger
  }

  var isOpen: Bool { muxer != nil }

  /// Begins the file, at capture time `time`.
  /// - Parameter size: of the pictures.
  mutating func open(_ tracks: [WebMTrack], size: PixelSize?, at time: MediaTime) throws(MediaRecorderError) {
    do {
      var muxer = try WebMMuxer(
        tracks: tracks, writingApplication: writingApplication, mode: sink.isSeekable ? .seekable : .streaming,
        dateUTC: WallClock.matroskaDate(of: time))
      try sink.write(muxer.start())
      self.muxer = muxer
    } catch let error as RecordingError {
      throw .output(error)
    } catch {
      throw .unknown("\(error)")
    }
    _ = timeline.place(time)
    statistics.width = size?.width
    statistics.height = size?.height
    statistics.startedAt = time
    record(LedgerEntry(result: .container, time: .zero, bytes: sink.bytesWritten))
  }

  /// The time of a picture in the recording; called in the order of the pictures.
  mutating func place(_ frame: EncodedVideoFrame) -> MediaTime {
    // Timestamps are whole milliseconds, and each frame has its own.
    let placed = timeline.place(frame.timestamp)
    let time = lastPicture.map { max(placed, $0 + .milliseconds(1)) } ?? placed
    lastPicture = time
    return time
  }

  /// The time of a packet of sound in the recording; pauses are already cut out of its timestamp.
  func place(_ packet: EncodedFrame) -> MediaTime {
    packet.timestamp + AudioEncoder.delay - (timeline.origin ?? packet.timestamp)
  }

  /// Writes a picture.
  mutating func write(_ frame: EncodedVideoFrame, track: Int, at time: MediaTime) throws(MediaRecorderError) {
    let start = MediaTime.now
    let before = sink.bytesWritten
    do throws(MediaRecorderError) {
      try put(EncodedBlock(track: track, time: time, isKeyFrame: frame.isKeyFrame, data: frame.data))
    } catch {
      discard(frame, at: time, reason: "writeFailed")
      throw error
    }
    var entry = LedgerEntry(frame, time: time)
    entry.bytes = sink.bytesWritten - before
    entry.writeTime = .now - start
    record(entry)
    if let fault = diskFault() { throw .output(fault) }
  }

  /// Writes a packet of sound.
  /// - Parameter padding: how much of the end of the decoded sound is padding.
  mutating func write(
    _ packet: EncodedFrame, track: Int, at time: MediaTime, padding: MediaTime?
  ) throws(MediaRecorderError) {
    let before = sink.bytesWritten
    try put(
      EncodedBlock(track: track, time: time, isKeyFrame: true, data: packet.data, discardPadding: padding))
    soundEnd = max(soundEnd, time - AudioEncoder.delay + AudioEncoder.packetDuration - (padding ?? .zero))
    unreportedSound.bytes += sink.bytesWritten - before
    if time - unreportedSound.since >= .seconds(1) { reportSound(until: time) }
    if let fault = diskFault() { throw .output(fault) }
  }

  private mutating func put(_ block: EncodedBlock) throws(MediaRecorderError) {
    do {
      // A failed write leaves the muxer in step with the file: without this frame.
      var muxer = muxer
      try sink.write(muxer?.write(block) ?? [])
      self.muxer = muxer
      if !hasBlocks { try sink.publish() }
    } catch {
      throw (error as? RecordingError).map { .output($0) } ?? .unknown("\(error)")
    }
    lastTime = max(lastTime, block.time)
    hasBlocks = true
  }

  private mutating func reportSound(until time: MediaTime) {
    if unreportedSound.bytes > 0 { record(LedgerEntry(result: .sound, time: time, bytes: unreportedSound.bytes)) }
    unreportedSound = (0, time)
  }

  /// Counts captures that produced no frame.
  mutating func skip(_ frames: [SkippedFrame]) {
    guard isOpen else { return }
    for frame in frames {
      record(
        LedgerEntry(
          result: frame.reason == .unchanged ? .unchanged : .dropped, time: timeline.place(frame.timestamp),
          reason: frame.reason == .unchanged ? nil : frame.reason.rawValue, captureTime: frame.captureTime,
          convertTime: frame.convertTime))
    }
  }

  /// Counts a frame that could not be written, or not in time.
  /// - Parameter time: its time in the recording, if it has been placed.
  mutating func discard(_ frame: EncodedVideoFrame, at time: MediaTime? = nil, reason: String) {
    guard isOpen, frame.kind == .change else { return }
    var entry = LedgerEntry(frame, time: time ?? timeline.place(frame.timestamp))
    entry.result = .dropped
    entry.reason = reason
    record(entry)
  }

  /// Counts discarded pictures of which only the number is known.
  mutating func discard(_ count: Int, until time: MediaTime) {
    guard isOpen else { return }
    let entry = LedgerEntry(result: .dropped, time: timeline.place(time), reason: "slowOutput")
    for _ in 0..<count { record(entry) }
  }

  /// Counts the queued frames when a write has failed.
  mutating func abandon(_ commands: [RecordingQueue.Command]) {
    for command in commands {
      switch command {
      case .frame(let frame): discard(frame, reason: "writeFailed")
      case .discarded(let frame): discard(frame, reason: "slowOutput")
      case .discardedCount(let count, let time): discard(count, until: time)
      case .skipped(let captures): skip(captures)
      default: break
      }
    }
  }

  mutating func pause(now: MediaTime) { timeline.pause(now: now) }
  mutating func resume(now: MediaTime) { timeline.resume(now: now) }

  /// Updates the duration to `now`.
  mutating func updateDuration(now: MediaTime) {
    statistics.durationSeconds = max(timeline.duration(now: now), lastTime).seconds
  }

  /// Finishes the file with sizes, duration and index.
  mutating func finish(at time: MediaTime) throws(MediaRecorderError) {
    let before = sink.bytesWritten
    reportSound(until: lastTime)
    // Sound may end later than now: a program that makes its own sets its times.
    let duration = max(timeline.duration(now: time), lastTime, soundEnd)
    statistics.durationSeconds = duration.seconds
    do throws(RecordingError) {
      var muxer = muxer
      try sink.write(muxer?.finish(duration: duration) ?? [])
      self.muxer = nil
      if hasBlocks { try sink.close() } else { sink.discard() }
    } catch {
      throw .output(error)
    }
    record(LedgerEntry(result: .container, time: lastTime, bytes: sink.bytesWritten - before))
  }

  /// After a failed write: finishes the file with its index if that still fits, or else without.
  mutating func finishWhatFits() {
    guard hasBlocks, let muxer else { return sink.discard() }
    self.muxer = nil
    reportSound(until: lastTime)
    let before = sink.bytesWritten
    for withIndex in [true, false] {
      var last = muxer
      if (try? sink.write(last.finish(duration: lastTime, withIndex: withIndex))) != nil { break }
    }
    try? sink.close()
    statistics.durationSeconds = lastTime.seconds
    record(LedgerEntry(result: .container, time: lastTime, bytes: sink.bytesWritten - before))
  }

  /// The error when the disk is nearly full, so that the recording ends while it can still be finished; checked once a
  /// second, and after every 64 KiB.
  private mutating func diskFault() -> RecordingError? {
    let now = MediaTime.now
    guard now - lastDiskCheck >= .seconds(1) || sink.bytesWritten - bytesAtDiskCheck >= 64 << 10 else { return nil }
    lastDiskCheck = now
    bytesAtDiskCheck = sink.bytesWritten
    return sink.lowSpaceError()
  }

  private mutating func record(_ entry: LedgerEntry) {
    statistics.add(entry)
    ledger?(entry)
  }
}
