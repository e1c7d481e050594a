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
  /// The latest time of what has been written.
  private(set) var lastTime = MediaTime.zero
  /// When the sound that has been written ends.
  private var soundEnd = MediaTime.zero
  private var hasBlocks = false
  /// Of the last picture that has been given a place.
  private var lastPicture: MediaTime?
  /// The sound that no line of the ledger tells of yet, and when the last one did.
  private var untoldSound: (bytes: UInt64, since: MediaTime) = (0, .zero)
  /// The sum of the ledger.
  private(set) var statistics = MediaRecorderStatistics()

  init(sink: any RecordingSink, writingApplication: String, ledger: (@Sendable (LedgerEntry) -> Void)?) {
    self.sink = sink
    self.writingApplication = writingApplication
    self.ledger = ledger
  }

  var isOpen: Bool { muxer != nil }

  /// Begins the file, with what was captured at `time`.
  /// - Parameter size: the pictures'.
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
    account(LedgerEntry(result: .container, time: .zero, bytes: sink.bytesWritten))
  }

  /// Where a picture belongs in the recording, in the order they come.
  mutating func place(_ frame: EncodedVideoFrame) -> MediaTime {
    // Timecodes are whole milliseconds, and no two frames get the same one.
    let placed = timeline.place(frame.timestamp)
    let time = lastPicture.map { max(placed, $0 + .milliseconds(1)) } ?? placed
    lastPicture = time
    return time
  }

  /// Where a packet of sound belongs, which has no pauses in its time.
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
      leaveOut(frame, at: time, reason: "writeFailed")
      throw error
    }
    var entry = LedgerEntry(frame, time: time)
    entry.bytes = sink.bytesWritten - before
    entry.writeTime = .now - start
    account(entry)
    if let fault = diskFault() { throw .output(fault) }
  }

  /// Writes a packet of sound.
  /// - Parameter padding: how much of the end of what it decodes to is none.
  mutating func write(
    _ packet: EncodedFrame, track: Int, at time: MediaTime, padding: MediaTime?
  ) throws(MediaRecorderError) {
    let before = sink.bytesWritten
    try put(
      EncodedBlock(track: track, time: time, isKeyFrame: true, data: packet.data, discardPadding: padding))
    soundEnd = max(soundEnd, time - AudioEncoder.delay + AudioEncoder.packetDuration - (padding ?? .zero))
    untoldSound.bytes += sink.bytesWritten - before
    if time - untoldSound.since >= .seconds(1) { tellSound(until: time) }
    if let fault = diskFault() { throw .output(fault) }
  }

  private mutating func put(_ block: EncodedBlock) throws(MediaRecorderError) {
    do {
      // A write that fails leaves the muxer as the file is: without this frame.
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

  private mutating func tellSound(until time: MediaTime) {
    if untoldSound.bytes > 0 { account(LedgerEntry(result: .sound, time: time, bytes: untoldSound.bytes)) }
    untoldSound = (0, time)
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
  /// - Parameter time: its place in the recording, where it has got one.
  mutating func leaveOut(_ frame: EncodedVideoFrame, at time: MediaTime? = nil, reason: String) {
    guard isOpen, frame.kind == .change else { return }
    var entry = LedgerEntry(frame, time: time ?? timeline.place(frame.timestamp))
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
    tellSound(until: lastTime)
    // A source's sound may end later than now: where it is made, not heard.
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
    account(LedgerEntry(result: .container, time: lastTime, bytes: sink.bytesWritten - before))
  }

  /// After a failed write: ends the file with its index if that still fits, or else without.
  mutating func finishWhatFits() {
    guard hasBlocks, let muxer else { return sink.discard() }
    self.muxer = nil
    tellSound(until: lastTime)
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
