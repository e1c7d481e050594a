internal import Encoding
internal import Media
internal import WebM

/// The writing half of a recorder: receives encoded pictures and sound from the encoders' threads, through `VideoInput`
/// and `SoundInput`, and writes them on its own thread, "oriel-write".
final class RecordingWriter: Sendable {
  /// Callbacks to the recorder, on the writing thread, just before the events `start`, the last `dataavailable` and
  /// `stop`.
  struct Owner: Sendable {
    /// With the MIME type of the recording.
    var started: @Sendable (String) -> Void
    var ending: @Sendable (RecordingWriter) -> Void
    var ended: @Sendable (RecordingWriter) -> Void
  }

  /// The payload of a block: a picture, or a packet of sound.
  enum Payload {
    case picture(EncodedVideoFrame)
    case sound(EncodedFrame)
  }

  /// State of the writing thread.
  private struct Work {
    var file: RecordingFile
    var blocks = Interleaver<Payload>()
    /// The pictures, on the first lane; nil in a recording of sound only.
    var video: VideoInput?
    /// The lanes of the audio tracks that continue, and when the sound of the others ended.
    var sounding: Set<Int>
    var soundEnds: [Int: MediaTime] = [:]
    /// The time of the first block that is in no blob yet.
    var blobStart: MediaTime?
    /// The time of the last block in the blob before.
    var lastBlob = MediaTime.zero
    /// Whether data was requested before there was any.
    var isDataRequested = false
    var hasStarted = false

    /// Whether all tracks have ended.
    var isOver: Bool { video?.hasEnded != false && sounding.isEmpty }
  }

  /// How long sound waits for a picture that may be earlier, and a picture for sound: longer than either encoder takes,
  /// including the time to find out that its source is silent, and less than a file may be behind.
  private static let maximumVideoWait = MediaTime.milliseconds(250)
  private static let maximumAudioWait = MediaTime.milliseconds(900)
  /// How often the sound is looked at: packets are small, so several are taken at a time.
  private static let soundInterval = MediaTime.milliseconds(100)

  private let video: MediaStreamTrack?
  /// Receives the encoded pictures, on the encode thread.
  let pictures: VideoInput.Sink
  private let sounds: [SoundInput]
  private let startTime: MediaTime
  private let options: MediaRecorderOptions
  private let timeslice: MediaTime?
  private let sink: any RecordingSink & Sendable
  private let events: EventBroadcaster<MediaRecorderEvent>
  private let owner: Owner
  private let queue = RecordingQueue()
  private let published = Monitor((statistics: MediaRecorderStatistics(), isOver: false))

  /// - Parameters:
  ///   - video: the video track, if any; the recording begins with its first picture, or else now.
  ///   - audio: the audio tracks, each with a track of its own in the file.
  ///   - options: with the encoding's bit rate already set.
  init(
    video: MediaStreamTrack?, audio: [MediaStreamTrack] = [], audioSettings: AudioEncodingSettings = .init(),
    options: MediaRecorderOptions, timeslice: MediaTime?, sink: any RecordingSink & Sendable,
    events: EventBroadcaster<MediaRecorderEvent>, owner: Owner, now: MediaTime = .now
  ) {
    self.video = video
    self.options = options
    self.timeslice = timeslice
    self.sink = sink
    self.events = events
    self.owner = owner
    startTime = now
    let warning = SlowOutputWarning(events)
    let queue = queue
    pictures = VideoInput.Sink(queue) { warning.send() }
    let first = video == nil ? 0 : 1
    sounds = audio.enumerated().map { index, track in
      SoundInput(track, settings: audioSettings, lane: first + index, queue: queue) { warning.send() }
    }
  }

  /// Counts so far. A disk that hangs does not delay the count of pictures.
  var statistics: MediaRecorderStatistics {
    var statistics = published.withLock { $0.statistics }
    let queued = queue.pictures
    statistics.framesCaptured = max(statistics.framesCaptured, queued.captured)
    statistics.framesDropped = max(statistics.framesDropped, queued.dropped)
    return statistics
  }

  /// Begins once `previous`, the same recorder's earlier recording, has sent its last event.
  func start(after previous: RecordingWriter?) {
    _ = NamedThread("oriel-write") { [self] in
      _ = previous?.published.wait { $0.isOver ? true : nil }
      run()
    }
  }

  // The sound encoders are called at once: sound is cut at this time, even if a slow disk delays the writing thread.

  func pause(now: MediaTime) {
    for sound in sounds { sound.encoder.pause(at: now) }
    queue.post(.pause(now))
  }

  func resume(now: MediaTime) {
    for sound in sounds { sound.encoder.resume(at: now) }
    queue.post(.resume(now))
  }

  func stop(now: MediaTime) {
    for sound in sounds { sound.encoder.finish(at: now) }
    queue.post(.stop(now))
  }

  func requestData() { queue.post(.requestData) }
  func streamChanged() { queue.post(.streamChanged) }

  /// Records another track instead of `old`, or instead of the first of its kind.
  /// - Returns: whether there is a track to replace.
  func replace(_ old: MediaStreamTrack?, with track: MediaStreamTrack, now: MediaTime) -> Bool {
    if track.kind == .video {
      guard video != nil else { return false }
      queue.post(.replace(track, at: now))
      return true
    }
    guard let sound = sounds.first(where: { old == nil || $0.encoder.track === old }) else { return false }
    sound.encoder.replace(with: track)
    return true
  }

  // MARK: - The writing thread

  private func run() {
    var work = Work(
      file: RecordingFile(sink: sink, writingApplication: options.writingApplication, ledger: options.ledger),
      sounding: Set(sounds.map(\.lane)))
    if video != nil { _ = work.blocks.addLane(maximumWait: Self.maximumVideoWait, keepsNewest: false) }
    for sound in sounds {
      _ = work.blocks.addLane(maximumWait: Self.maximumAudioWait, keepsNewest: true)
      sound.start()
    }
    if let video { work.video = VideoInput(video, settings: options.encoding, into: pictures) }
    let failure = loop(&work)
    work.video?.close()
    for sound in sounds { sound.abort() }
    publish(work)
    queue.close()
    owner.ending(self)
    var isModified = false
    if case .invalidModification = failure { isModified = true }
    if !work.hasStarted, failure == nil || isModified { sendStart(&work) }
    if let failure { events.send(.error(failure)) }
    sendBlob(&work)
    owner.ended(self)
    events.send(.stop)
    published.update { $0.isOver = true }
  }

  /// Writes until the recording ends, and finishes it.
  /// - Returns: the error, if any.
  private func loop(_ work: inout Work) -> MediaRecorderError? {
    do throws(MediaRecorderError) {
      if video == nil { try open(&work, size: nil, at: startTime) }
      while true {
        work.video?.requestKeyFrame()
        if let command = queue.next(until: nextCheck(work)), let end = try perform(command, &work) {
          try finishSounds(at: end, &work)
          try work.file.finish(at: end)
          return nil
        }
        try writeDue(&work)
      }
    } catch {
      work.video?.close()
      for sound in sounds { sound.abort() }
      while let block = work.blocks.takeNext() {
        if case .picture(let frame) = block.payload { work.file.discard(frame, at: block.time, reason: "writeFailed") }
      }
      work.file.abandon(queue.takeFrames())
      work.file.finishWhatFits()
      return error
    }
  }

  /// When to check for work that does not wake this thread.
  private func nextCheck(_ work: Work) -> MediaTime? {
    sounds.isEmpty ? work.blocks.deadline : .now + Self.soundInterval
  }

  /// - Returns: when the recording ended, if it has.
  private func perform(_ command: RecordingQueue.Command, _ work: inout Work) throws(MediaRecorderError) -> MediaTime? {
    switch command {
    case .size, .frame, .skipped, .discarded, .discardedCount, .sound, .soundEnded:
      try take(command, &work)
      if case .soundEnded = command, work.isOver { return .now }
    case .pause(let time):
      try unsubscribe(at: time, &work)
      work.file.pause(now: time)
      // A recording that is paused before its first picture has begun, too.
      if !work.hasStarted { sendStart(&work) }
      events.send(.pause)
      if work.video?.hasTrackEnded == true, try endVideo(&work) { return time }
    case .resume(let time):
      work.file.resume(now: time)
      work.video?.subscribe()
      events.send(.resume)
    case .requestData:
      if work.file.isOpen { sendBlob(&work) } else { work.isDataRequested = true }
    case .stop(let time):
      try unsubscribe(at: nil, &work)
      return time
    case .streamChanged:
      try unsubscribe(at: nil, &work)
      try finishSounds(at: .now, &work)
      throw .invalidModification("a track was added to the stream, or removed from it, while it was recorded")
    case .encoderEnded(let error):
      if let error { throw .unknown(error.description) }
      return try endVideo(&work) ? .now : nil
    case .replace(let track, let time):
      let isRunning = work.video?.isRunning == true
      try unsubscribe(at: time, &work)
      work.video?.replace(with: track)
      if isRunning { work.video?.subscribe() }
    case .trackEnded(let id):
      guard work.video?.trackEnded(id) == true else { return nil }
      return try endVideo(&work) ? .now : nil
    }
    return nil
  }

  /// Ends the pictures; sound continues alone.
  /// - Returns: whether the recording is over.
  private func endVideo(_ work: inout Work) throws(MediaRecorderError) -> Bool {
    guard work.video?.hasEnded == false else { return work.isOver }
    work.video?.end()
    work.blocks.end(0)
    // The video ended before its first picture.
    if !work.file.isOpen, !sounds.isEmpty { try open(&work, size: nil, at: .now) }
    return work.isOver
  }

  /// Begins the file and the sound.
  private func open(_ work: inout Work, size: PixelSize?, at time: MediaTime) throws(MediaRecorderError) {
    var tracks: [WebMTrack] = []
    if let size {
      let track = work.video?.track
      tracks.append(
        .vp8(
          number: 1, width: size.width, height: size.height,
          frameRate: track?.getSettings().frameRate ?? options.encoding.frameRate,
          name: options.title ?? track?.source.name ?? ""))
    }
    for sound in sounds {
      let head = OpusHead(channels: 2, preSkip: UInt16(clamping: AudioEncoder.lookahead))
      tracks.append(.opus(number: sound.lane + 1, head: head, name: sound.encoder.track.label))
    }
    try work.file.open(tracks, size: size, at: time)
    for sound in sounds { sound.encoder.begin(at: time) }
    publish(work)
    if !work.hasStarted { sendStart(&work) }
  }

  /// Waits for the sound up to `end`, and writes everything that is left.
  private func finishSounds(at end: MediaTime, _ work: inout Work) throws(MediaRecorderError) {
    for sound in sounds { sound.encoder.finish(at: end) }
    for sound in sounds { sound.encoder.finished() }
    if !sounds.isEmpty { for command in queue.takeFrames() { try take(command, &work) } }
    while let block = work.blocks.takeNext() { try write(block, &work) }
  }

  /// Unsubscribes from the video encoder, and takes the frames that it has finished, up to `pause` if given.
  private func unsubscribe(at pause: MediaTime?, _ work: inout Work) throws(MediaRecorderError) {
    guard let left = work.video?.unsubscribe(at: pause) else { return }
    for command in left.commands { try take(command, &work) }
    if let error = left.error, pause == nil { throw .unknown(error.description) }
  }

  private func take(_ command: RecordingQueue.Command, _ work: inout Work) throws(MediaRecorderError) {
    switch command {
    case .size(let size): work.video?.size = size
    case .skipped(let frames): work.file.skip(frames)
    case .discarded(let frame): work.file.discard(frame, reason: "slowOutput")
    case .discardedCount(let count, let time): work.file.discard(count, until: time)
    case .frame(let frame):
      if !work.file.isOpen {
        guard frame.isKeyFrame, let size = work.video?.size else { return }
        try open(&work, size: size, at: frame.timestamp)
      }
      work.blocks.add(.picture(frame), to: 0, at: work.file.place(frame), now: .now)
    case .sound(let packet, let lane):
      let time = work.file.place(packet)
      work.blocks.add(.sound(packet), to: lane, at: time, until: time + AudioEncoder.packetDuration, now: .now)
    case .soundEnded(let lane, let end, let error):
      if let error { throw .unknown(error.description) }
      work.sounding.remove(lane)
      work.soundEnds[lane] = end
      work.blocks.end(lane)
    default: return
    }
    try writeDue(&work)
    work.file.updateDuration(now: .now)
    publish(work)
  }

  /// Writes the blocks that need not wait for another lane.
  private func writeDue(_ work: inout Work) throws(MediaRecorderError) {
    var hasWritten = false
    while let block = work.blocks.next(now: .now) {
      try write(block, &work)
      hasWritten = true
    }
    if hasWritten { publish(work) }
  }

  private func write(_ block: Interleaver<Payload>.Block, _ work: inout Work) throws(MediaRecorderError) {
    switch block.payload {
    case .picture(let frame): try work.file.write(frame, track: block.lane + 1, at: block.time)
    case .sound(let packet):
      var padding: MediaTime?
      if block.isLast, let end = work.soundEnds[block.lane] {
        let surplus = packet.timestamp + AudioEncoder.packetDuration - end
        padding = surplus > .zero ? surplus : nil
      }
      try work.file.write(packet, track: block.lane + 1, at: block.time, padding: padding)
    }
    work.blobStart = work.blobStart ?? work.file.lastTime
    let isDue = timeslice.map { work.file.lastTime - work.lastBlob >= $0 } ?? false
    if isDue || work.isDataRequested { sendBlob(&work) }
  }

  private func publish(_ work: Work) { published.withLock { $0.statistics = work.file.statistics } }

  private func sendStart(_ work: inout Work) {
    work.hasStarted = true
    owner.started(MIMEType.recorded(hasVideo: work.video?.isRecorded == true, hasAudio: !sounds.isEmpty))
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
