public import Media

/// The one encoder of an audio track and its settings: encodes sound as it arrives, and delivers the same packets of 20
/// ms to every subscriber, without gaps.
///
/// The source's thread only copies; coding and delivery happen on the thread "oriel-opus". After half a second without
/// sound from the source, silence is encoded, in step with the clock, and sound that arrives later than that is
/// dropped. Gaps between timestamps become silence, overlapping samples are dropped, and a jump of more than ten
/// seconds is a jump of the packets' time, too. A disabled or muted track is silence. `AudioFrame.timestamp` must
/// therefore be by `CLOCK_MONOTONIC`.
///
/// `subscribe` returns the shared one. A recording has its own (`init(recording:settings:)`), which begins, pauses and
/// ends exactly to the sample: cutting packets that are already coded would leave a click.
public final class AudioEncoder: AudioSink {
  /// How long a packet is.
  public static let packetDuration = MediaTime.milliseconds(20)
  /// Samples at 48 kHz by which a decoder's output lags behind the input, and which it drops at the start: the pre-skip
  /// of RFC 7845. No setting changes it.
  public static let lookahead = (try? OpusEncoder(AudioEncodingSettings()).lookahead) ?? 0
  /// `lookahead` as time.
  public static let delay = MediaTime(ticks: Int64(lookahead), at: AudioFrame.sampleRate)

  /// A source that delivers nothing for this long is treated as silent.
  private static let silenceTimeout = MediaTime.milliseconds(500)
  /// The same at the end, for which a caller waits.
  private static let finishTimeout = MediaTime.milliseconds(300)
  /// Silence is filled in steps of this length.
  private static let fillInterval = MediaTime.milliseconds(100)
  /// Maximum samples that wait for the encode thread: 4 s.
  private static let longestQueue = 4 * AudioFrame.sampleRate
  /// In a recording the encode thread wakes after this many samples: a fifth of the wake-ups.
  private static let samplesPerWake = AudioFrame.sampleRate / 10

  private enum Event {
    case sound(AudioFramer.Chunk)
    case begin(MediaTime)
    case mark(AudioFramer.Mark)
    case sourceEnded
    /// Ends an encoder that has not begun.
    case close
  }

  private struct Inbox {
    var events: [Event] = []
    var samples = 0
    var isAborted = false
    var statistics = AudioEncoderStatistics()
  }

  private struct Subscribers {
    var list: [any EncodedAudioSink] = []
    var hasStarted = false
    /// Refuses new subscribers.
    var isClosed = false
  }

  private static let running = EncoderRegistry<AudioEncoder, AudioEncodingSettings>()

  public let settings: AudioEncodingSettings
  private let current: Monitor<MediaStreamTrack>
  private let isRecording: Bool
  private let inbox = Monitor(Inbox())
  private let subscribers = Monitor(Subscribers())
  private let thread = Monitor<NamedThread?>(nil)

  init(track: MediaStreamTrack, settings: AudioEncodingSettings) {
    current = Monitor(track)
    self.settings = settings
    isRecording = false
  }

  /// An encoder for one subscriber. It buffers sound until `begin` sets the start, and up to 50 ms more than a shared
  /// one, so that a pause is exact.
  package init(recording track: MediaStreamTrack, settings: AudioEncodingSettings) {
    current = Monitor(track)
    self.settings = settings
    isRecording = true
  }

  /// The encoded track.
  public var track: MediaStreamTrack { current.withLock { $0 } }

  /// Counts since the encoder began.
  public var statistics: AudioEncoderStatistics { inbox.withLock { $0.statistics } }

  // MARK: - Subscribers

  /// Subscribes `sink` to the shared encoder of `track` with `settings`, which starts with its first subscriber and
  /// ends with its last.
  /// - Returns: the encoder; the subscription lasts until `remove`.
  public static func subscribe(
    _ sink: any EncodedAudioSink, to track: MediaStreamTrack, settings: AudioEncodingSettings
  ) -> AudioEncoder {
    running.subscribe(
      to: track.id, settings: settings, make: { AudioEncoder(track: track, settings: settings) },
      add: { $0.add(sink) })
  }

  /// Adds a subscriber; the first starts the encoder. False when the encoder has ended or is ending.
  package func add(_ sink: any EncodedAudioSink) -> Bool {
    let isFirst: Bool? = subscribers.withLock { subscribers in
      guard !subscribers.isClosed else { return nil }
      subscribers.list.append(sink)
      defer { subscribers.hasStarted = true }
      return !subscribers.hasStarted
    }
    guard let isFirst else { return false }
    if isFirst {
      thread.withLock { $0 = NamedThread("oriel-opus") { [self] in run() } }
      attach(to: track)
    }
    return true
  }

  /// Removes a subscriber, which gets no calls after this returns. Removing the last one ends the encoder. Must not be
  /// called from within a sink's own calls.
  public func remove(_ sink: any EncodedAudioSink) {
    let isEmpty = subscribers.withLock { subscribers in
      subscribers.list.removeAll { $0 === sink }
      subscribers.isClosed = subscribers.isClosed || subscribers.list.isEmpty
      return subscribers.list.isEmpty
    }
    guard isEmpty else { return }
    detach(from: track)
    inbox.update { $0.isAborted = true }
    join()
  }

  private func attach(to track: MediaStreamTrack) {
    track.observe(self) { [weak self, weak track] in
      guard let self, let track, track.readyState == .ended, self.track === track else { return }
      (track.source as? any AudioSource)?.detach(self)
      sourceEnded()
    }
    // A track that delivers encoded frames is not encoded again.
    if track.readyState == .live, let source = track.source as? any AudioSource {
      source.attach(self)
    } else {
      sourceEnded()
    }
  }

  private func detach(from track: MediaStreamTrack) {
    (track.source as? any AudioSource)?.detach(self)
    track.stopObserving(self)
  }

  // MARK: - Recordings

  /// Begins the sound at `time`; what was captured before is dropped. To be called once.
  package func begin(at time: MediaTime) { inbox.update { $0.events.append(.begin(time)) } }

  /// Cuts out what is captured from `time` until `resume`; the packets' time has no gap. Pauses, resumptions and the
  /// end come in order of their times.
  package func pause(at time: MediaTime) { inbox.update { $0.events.append(.mark(.pause(time))) } }

  package func resume(at time: MediaTime) { inbox.update { $0.events.append(.mark(.resume(time))) } }

  /// Ends the sound at `time`, when the source has delivered that far or after 300 ms. Only the first call counts.
  package func finish(at time: MediaTime) { inbox.update { $0.events.append(.mark(.finish(time))) } }

  /// Waits until all packets up to the end have been delivered, after `finish`; an encoder that has not begun delivers
  /// none.
  package func finished() {
    inbox.update { $0.events.append(.close) }
    join()
    detach(from: track)
  }

  /// Continues with another track's sound.
  package func replace(with track: MediaStreamTrack) {
    let old = current.withLock { current in
      defer { current = track }
      return current
    }
    detach(from: old)
    attach(to: track)
  }

  private func join() {
    let thread = thread.withLock { thread in
      defer { thread = nil }
      return thread
    }
    thread?.join()
  }

  // MARK: - The source's thread

  public func receive(_ frame: borrowing AudioFrame) {
    let count = frame.frameCount
    let timestamp = frame.timestamp
    guard count > 0, inbox.withLock({ $0.samples < Self.longestQueue || Self.drop(count, &$0) }) else { return }
    let samples = Self.stereo(frame.samples, channelCount: frame.channelCount, count: count)
    let isDue = inbox.withLock { inbox in
      inbox.samples += count
      inbox.events.append(.sound(.init(samples: samples, time: timestamp)))
      return !isRecording || inbox.samples >= Self.samplesPerWake
    }
    if isDue { inbox.update { _ in } }
  }

  public func sourceEnded() { inbox.update { $0.events.append(.sourceEnded) } }

  private static func drop(_ count: Int, _ inbox: inout Inbox) -> Bool {
    inbox.statistics.samplesOverrun += count
    return false
  }

  private static func stereo(_ samples: UnsafeBufferPointer<Float>, channelCount: Int, count: Int) -> [Float] {
    if channelCount == 2 { return Array(samples.prefix(count * 2)) }
    return [Float](unsafeUninitializedCapacity: count * 2) { stereo, initialized in
      for index in 0..<count {
        let sample = samples[index * channelCount]
        stereo.initializeElement(at: 2 * index, to: sample)
        stereo.initializeElement(at: 2 * index + 1, to: sample)
      }
      initialized = count * 2
    }
  }

  // MARK: - The encode thread

  private func run() {
    let started = MediaTime.now
    var framer = AudioFramer(reserve: isRecording ? 2400 : 0, lookahead: Self.lookahead)
    var gate: AudioGate?
    do throws(EncoderError) {
      var encoder = try OpusEncoder(settings)
      while !framer.isOver, let events = takeEvents(until: deadline(framer, started)) {
        for event in events { handle(event, &framer) }
        fillSilence(&framer, started)
        while var block = framer.next() {
          let start = MediaTime.now
          let track = track
          let isOpen = track.enabled && !track.muted
          if gate == nil { gate = AudioGate(isOpen: isOpen) }
          gate?.pass(&block.samples, capturedAt: block.capturedAt, isOpen: isOpen, now: start)
          let power = Self.power(block.samples)
          let data = try encoder.encode(block.samples)
          var packet = EncodedFrame(codec: .opus, data: data, timestamp: block.time - Self.delay, isKeyFrame: true)
          packet.power = power
          deliver(packet, power: power, since: start)
        }
        inbox.withLock { inbox in
          inbox.statistics.samplesFilled = framer.filled
          inbox.statistics.samplesDropped = framer.dropped
        }
      }
      end(at: framer.end, error: nil)
    } catch {
      end(at: nil, error: error)
    }
  }

  /// Waits for events until `deadline`; nil when the encoder is to end at once.
  private func takeEvents(until deadline: MediaTime?) -> [Event]? {
    let events: [Event]?? = inbox.wait(until: deadline) { inbox in
      if inbox.isAborted { return .some(nil) }
      guard !inbox.events.isEmpty else { return nil }
      defer {
        inbox.events = []
        inbox.samples = 0
      }
      return inbox.events
    }
    return events ?? []
  }

  private func handle(_ event: Event, _ framer: inout AudioFramer) {
    switch event {
    case .sound(let chunk):
      if !framer.hasBegun, !isRecording { framer.begin(at: chunk.time) }
      framer.add(chunk)
    case .begin(let time): framer.begin(at: time)
    case .mark(let mark): framer.add(mark)
    case .sourceEnded:
      framer.sourceEnded()
      if !framer.hasBegun, !isRecording { framer.abandon() }
    case .close: if !framer.hasBegun { framer.abandon() }
    }
  }

  /// When silence is filled in if no sound arrives.
  private func deadline(_ framer: AudioFramer, _ started: MediaTime) -> MediaTime? {
    guard framer.hasBegun else { return isRecording ? nil : started + Self.silenceTimeout }
    let due = framer.receivedUntil.map { $0 + Self.silenceTimeout + Self.fillInterval }
    guard let finish = framer.finish.map({ $0 + Self.finishTimeout }) else { return due }
    return due.map { min($0, finish) } ?? finish
  }

  /// Fills in silence when the source has delivered nothing for too long.
  private func fillSilence(_ framer: inout AudioFramer, _ started: MediaTime) {
    let now = MediaTime.now
    guard let deadline = deadline(framer, started), now >= deadline else { return }
    if !framer.hasBegun { framer.begin(at: started) }
    if let finish = framer.finish, now >= finish + Self.finishTimeout {
      framer.advance(to: finish)
    } else {
      framer.advance(to: now - Self.silenceTimeout)
    }
  }

  /// The mean square of the samples.
  private static func power(_ samples: [Float]) -> Double {
    let sum: Float = samples.withUnsafeBufferPointer { samples in
      var sum: Float = 0
      for sample in samples { sum += sample * sample }
      return sum
    }
    return Double(sum) / Double(samples.count)
  }

  private func deliver(_ packet: EncodedFrame, power: Double, since start: MediaTime) {
    inbox.withLock { inbox in
      inbox.statistics.packets += 1
      inbox.statistics.bytes += packet.data.count
      inbox.statistics.level = power.squareRoot()
      inbox.statistics.energy += power * Self.packetDuration.seconds
      inbox.statistics.encodeTime += .now - start
    }
    subscribers.withLock { for sink in $0.list { sink.receive(packet) } }
  }

  private func end(at end: MediaTime?, error: EncoderError?) {
    // Under the lock, so that a removed subscriber gets no more calls.
    subscribers.withLock { subscribers in
      subscribers.isClosed = true
      for sink in subscribers.list { sink.audioEnded(at: end, error: error) }
    }
  }
}
