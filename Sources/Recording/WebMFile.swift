internal import Media
internal import WebM

/// A WebM file that is being written to a sink. After a failed write it has what was written before, and can be
/// finished. Owned by the writing thread.
struct WebMFile {
  private let sink: any RecordingSink
  private let writingApplication: String
  private var muxer: WebMMuxer?
  private var hasBlocks = false
  /// The latest time of the blocks written.
  private(set) var lastTime = MediaTime.zero

  /// - Parameter writingApplication: the program's name and version in the file's header.
  init(_ sink: any RecordingSink, writingApplication: String) {
    self.sink = sink
    self.writingApplication = writingApplication
  }

  var isOpen: Bool { muxer != nil }

  /// Bytes written completely.
  var bytesWritten: UInt64 { sink.bytesWritten }

  /// Begins the file.
  /// - Parameter time: the capture time of its beginning, for the date.
  mutating func open(_ tracks: [WebMTrack], at time: MediaTime) throws(MediaRecorderError) {
    do {
      var muxer = try WebMMuxer(
        tracks: tracks, writingApplication: writingApplication, mode: sink.isSeekable ? .seekable : .streaming,
        dateUTC: WallClock.matroskaDate(of: time))
      try sink.write(muxer.start())
      self.muxer = muxer
    } catch {
      throw Self.error(error)
    }
  }

  /// Writes a block; the first gives the file its name.
  mutating func write(_ block: EncodedBlock) throws(MediaRecorderError) {
    do {
      // A failed write leaves the muxer in step with the file: without this frame.
      var muxer = muxer
      try sink.write(muxer?.write(block) ?? [])
      self.muxer = muxer
      if !hasBlocks { try sink.publish() }
    } catch {
      throw Self.error(error)
    }
    lastTime = max(lastTime, block.time)
    hasBlocks = true
  }

  /// Finishes the file with sizes, duration and index; without a block there is no file.
  mutating func finish(duration: MediaTime) throws(MediaRecorderError) {
    do throws(RecordingError) {
      var muxer = muxer
      try sink.write(muxer?.finish(duration: duration) ?? [])
      self.muxer = nil
      if hasBlocks { try sink.close() } else { sink.discard() }
    } catch {
      throw .output(error)
    }
  }

  /// After a failed write: finishes the file with its index if that still fits, or else without.
  /// - Returns: false when there was nothing to finish.
  mutating func finishWhatFits() -> Bool {
    guard hasBlocks, let muxer else {
      sink.discard()
      return false
    }
    self.muxer = nil
    for withIndex in [true, false] {
      var last = muxer
      if (try? sink.write(last.finish(duration: lastTime, withIndex: withIndex))) != nil { break }
    }
    try? sink.close()
    return true
  }

  /// Ends without a file.
  func discard() { sink.discard() }

  /// The error when the disk is nearly full, so that the recording ends while it can still be finished.
  func lowSpaceError() -> RecordingError? { sink.lowSpaceError() }

  private static func error(_ error: any Error) -> MediaRecorderError {
    (error as? RecordingError).map { .output($0) } ?? .unknown("\(error)")
  }
}
