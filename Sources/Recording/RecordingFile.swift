internal import Encoding
internal import Media
internal import WebM

/// The recording itself: assigns times to frames, writes them to the file, and counts them. Owned by the writing thread.
struct RecordingFile {
  private let ledger: (@Sendable (LedgerEntry) -> Void)?
  private var file: WebMFile
  private var timeline = RecorderTimeline()
  private var lastDiskCheck = MediaTime.zero
  private var bytesAtDiskCheck: UInt64 = 0
  /// When the sound written so far ends.
  private var soundEnd = MediaTime.zero
  /// The time of the last picture that was placed.
  private var lastPicture: MediaTime?
  /// The sound since the last ledger entry for sound, and when that was.
  private var unreportedSound: (bytes: UInt64, since: MediaTime) = (0, .zero)
  /// The sum of the ledger.
  private(set) var statistics = MediaRecorderStatistics()

  init(sink: any RecordingSink, writingApplication: String, ledger: (@Sendable (LedgerEntry) -> Void)?) {
    file = WebMFile(sink, writingApplication: writingApplication)
    self.ledger = ledger
  }

  var isOpen: Bool { file.isOpen }

  /// The latest time of the blocks written.
  var lastTime: MediaTime { file.lastTime }

  /// Begins the file, at capture time `time`.
  /// - Parameter size: of the pictures.
  mutating func open(_ tracks: [WebMTrack], size: PixelSize?, at time: MediaTime) throws(MediaRecorderError) {
    try file.open(tracks, at: time)
    _ = timeline.place(time)
    statistics.width = size?.width
    statistics.height = size?.height
    statistics.startedAt = time
    record(LedgerEntry(result: .container, time: .zero, bytes: file.bytesWritten))
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
    let before = file.bytesWritten
    do throws(MediaRecorderError) {
      try file.write(EncodedBlock(track: track, time: time, isKeyFrame: frame.isKeyFrame, data: frame.data))
    } catch {
      discard(frame, at: time, reason: "writeFailed")
      throw error
    }
    var entry = LedgerEntry(frame, time: time)
    entry.bytes = file.bytesWritten - before
    entry.writeTime = .now - start
    record(entry)
    if let fault = diskFault() { throw .output(fault) }
  }

  /// Writes a packet of sound.
  /// - Parameter padding: how much of the end of the decoded sound is padding.
  mutating func write(
    _ packet: EncodedFrame, track: Int, at time: MediaTime, padding: MediaTime?
  ) throws(MediaRecorderError) {
    let before = file.bytesWritten
    try file.write(
      EncodedBlock(track: track, time: time, isKeyFrame: true, data: packet.data, discardPadding: padding))
    soundEnd = max(soundEnd, time - AudioEncoder.delay + AudioEncoder.packetDuration - (padding ?? .zero))
    unreportedSound.bytes += file.bytesWritten - before
    if time - unreportedSound.since >= .seconds(1) { reportSound(until: time) }
    if let fault = diskFault() { throw .output(fault) }
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
    let before = file.bytesWritten
    reportSound(until: lastTime)
    // Sound may end later than now: a program that makes its own sets its times.
    let duration = max(timeline.duration(now: time), lastTime, soundEnd)
    statistics.durationSeconds = duration.seconds
    try file.finish(duration: duration)
    record(LedgerEntry(result: .container, time: lastTime, bytes: file.bytesWritten - before))
  }

  /// After a failed write: finishes the file with its index if that still fits, or else without.
  mutating func finishWhatFits() {
    reportSound(until: lastTime)
    let before = file.bytesWritten
    guard file.finishWhatFits() else { return }
    statistics.durationSeconds = lastTime.seconds
    record(LedgerEntry(result: .container, time: lastTime, bytes: file.bytesWritten - before))
  }

  /// The error when the disk is nearly full, so that the recording ends while it can still be finished; checked once a
  /// second, and after every 64 KiB.
  private mutating func diskFault() -> RecordingError? {
    let now = MediaTime.now
    guard now - lastDiskCheck >= .seconds(1) || file.bytesWritten - bytesAtDiskCheck >= 64 << 10 else { return nil }
    lastDiskCheck = now
    bytesAtDiskCheck = file.bytesWritten
    return file.lowSpaceError()
  }

  private mutating func record(_ entry: LedgerEntry) {
    statistics.add(entry)
    ledger?(entry)
  }
}
