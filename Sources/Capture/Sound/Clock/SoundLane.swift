import Media

/// Places one device's or program's sound on the mixer's clock. Used by one thread only.
///
/// Sound is buffered until the server has reported when it was captured. It is then mixed in at that time, and continues from
/// there, resampled to stay in sync. After a loss, the following sound is placed at its capture time, with silence in between.
final class SoundLane {
  /// The most sound that is buffered while the capture time is unknown. Samples of one channel.
  private static let longestBuffered = 10 * AudioFrame.sampleRate
  /// After so long without sound, the capture time has to be reported again. Seconds.
  private static let longestSilence = 0.25
  /// Output samples from one correction of the ratio to the next.
  private static let correctionInterval = AudioFrame.sampleRate / 4
  /// A correction begins at the first offset and ends at the second. Seconds.
  private static let correctionStart = 0.0004
  private static let correctionEnd = 0.00005
  /// The part of the offset that is corrected per second, and the greatest change of the ratio.
  private static let correctionRate = 0.3
  private static let greatestCorrection = 0.0003
  /// Longer than the resampler's filter. Samples of one channel.
  private static let memory = AudioFrame.sampleRate / 10
  /// The length of fades where sound begins and ends, against clicks. Samples of one channel.
  static let fade = AudioFrame.sampleRate / 200

  private let mixer: SoundMixer
  private let mayPause: Bool
  private var clock: SoundClock
  private let converter: RateConverter
  /// Sound whose capture time is not known yet.
  private var buffered: [Float] = []
  /// The device's count of the first sample that the converter got.
  private var firstPosition: Double
  private var received = 0.0
  private var lastPush: Double?
  /// The next output sample's index in the mixer; nil until the server has reported when the sound was captured.
  private(set) var head: Int?
  private var sinceCorrection = 0
  private var isCorrecting = false
  private var toSkip = 0
  private var lateFrames = 0
  private var fadeIn = SoundLane.fade
  private var lastSamples: [Float]
  /// Samples of digital silence since the last other sound.
  private var silentFrames = 0
  /// Whether any sound but digital silence has come.
  private(set) var hasSounded = false
  /// Sound is buffered until the server's next report of the capture time.
  private var awaitsTiming = true

  /// How often the device lost sound, and how much in all; samples of one channel.
  private(set) var jumps = 0
  private(set) var lostFrames = 0
  /// By how much later the sound was captured than it is placed. Seconds.
  private(set) var offset = 0.0

  /// - Parameters:
  ///   - drift: the device's drift as measured before; a fraction.
  ///   - mayPause: whether it is a program's sound, where a pause is no loss.
  ///   - firstPosition: the device's count of the first sample.
  init(_ mixer: SoundMixer, drift: Double = 0, mayPause: Bool = false, firstPosition: Double = 0) {
    self.mixer = mixer
    self.mayPause = mayPause
    self.firstPosition = firstPosition
    clock = SoundClock(drift: drift)
    converter = RateConverter(channelCount: mixer.channelCount)
    lastSamples = [Float](repeating: 0, count: mixer.channelCount)
    mixer.add(self)
  }

  /// How much faster than the clock the device counts; a fraction.
  var drift: Double { clock.drift }
  /// How long nothing but digital silence has come. Seconds.
  var silence: Double { Double(silentFrames) / Double(AudioFrame.sampleRate) }
  /// Whether the server has to be asked at once when the sound was captured.
  var isWaiting: Bool { awaitsTiming }

  /// Takes the next sound from the server.
  /// - Parameters:
  ///   - samples: interleaved; nil is a hole, which is silence. Borrowed for the call.
  ///   - now: seconds by the mixer's clock.
  func push(_ samples: UnsafePointer<Float>?, frames: Int, now: Double) {
    if let lastPush, now - lastPush > Self.longestSilence { awaitsTiming = true }
    lastPush = now
    received += Double(frames)
    guard awaitsTiming else {
      return process(samples, frames: frames)
    }
    let count = frames * mixer.channelCount
    if let samples {
      buffered.append(contentsOf: UnsafeBufferPointer(start: samples, count: count))
    } else {
      buffered.append(contentsOf: repeatElement(0, count: count))
    }
    let excess = buffered.count - Self.longestBuffered * mixer.channelCount
    if excess > 0 {
      // The server does not report when it was captured. The dropped sound leaves a gap, which the next report shows.
      buffered.removeFirst(excess)
      if head == nil {
        firstPosition += Double(excess / mixer.channelCount)
      } else {
        received -= Double(excess / mixer.channelCount)
      }
    }
  }

  /// The sample that the device counts as `position` was captured at `time`, seconds by the mixer's clock.
  func observe(position: Double, time: Double) {
    let isSure = awaitsTiming && head != nil
    let finding = clock.observe(position: position, time: time, isSure: isSure)
    guard clock.isSettled else { return }
    if case .jump(let seconds) = finding, abs(seconds) > SoundClock.tolerance {
      if !mayPause, seconds > 0 {
        jumps += 1
        lostFrames += Int((seconds * Double(AudioFrame.sampleRate)).rounded())
      }
      move(by: seconds)
    }
    if awaitsTiming { release() }
  }

  /// Fades out and leaves the mixer.
  func close() {
    fadeOut()
    mixer.remove(self)
  }

  /// Fades the last samples out after `head`, as no sound follows there yet.
  func fadeOut() {
    guard let head, lastSamples.contains(where: { $0 != 0 }) else { return }
    let channels = mixer.channelCount
    var tail = [Float](repeating: 0, count: Self.fade * channels)
    for frame in 0..<Self.fade {
      let level = 1 - Float(frame) / Float(Self.fade)
      for channel in 0..<channels { tail[frame * channels + channel] = lastSamples[channel] * level * level }
    }
    tail.withUnsafeBufferPointer { mixer.add($0, at: head) }
    for channel in 0..<channels { lastSamples[channel] = 0 }
    fadeIn = Self.fade
  }

  // MARK: - Placing sound

  private func release() {
    awaitsTiming = false
    if head == nil {
      head = mixer.index(of: clock.time(of: firstPosition))
    }
    let sound = buffered
    buffered = []
    sound.withUnsafeBufferPointer { sound in
      if let base = sound.baseAddress { process(base, frames: sound.count / mixer.channelCount) }
    }
  }

  private func process(_ samples: UnsafePointer<Float>?, frames: Int) {
    let count = frames * mixer.channelCount
    guard let samples else { return withSilence(count) { process($0, frames: frames, isSilent: true) } }
    process(samples, frames: frames, isSilent: UnsafeBufferPointer(start: samples, count: count).isSilent)
  }

  private func process(_ samples: UnsafePointer<Float>, frames: Int, isSilent: Bool) {
    var done = 0
    silentFrames = isSilent ? silentFrames + frames : 0
    hasSounded = hasSounded || !isSilent
    guard silentFrames - frames < Self.memory else { return passSilence(frames) }
    // In small pieces, so that the ratio is corrected in time.
    while done < frames {
      let count = min(480, frames - done)
      converter.convert(samples + done * mixer.channelCount, frames: count) { place($0) }
      done += count
      if sinceCorrection >= Self.correctionInterval { correct() }
    }
  }

  /// Silence is not resampled, and an offset is corrected in it at once.
  private func passSilence(_ frames: Int) {
    converter.skip(frames)
    guard let head else { return }
    let next = mixer.index(of: clock.time(of: firstPosition + converter.position))
    self.head = max(head, next)
    toSkip = max(0, head - next)
    fadeIn = 0
    sinceCorrection = 0
    offset = 0
    isCorrecting = false
    converter.setRatio(1)
  }

  private func place(_ output: UnsafeBufferPointer<Float>) {
    guard let start = head else { return }
    let channels = mixer.channelCount
    var frames = output.count / channels
    var first = 0
    sinceCorrection += frames
    if toSkip > 0 {
      first = min(toSkip, frames)
      toSkip -= first
      frames -= first
    }
    if frames > 0 {
      // Late samples are dropped, and the next ones fade in.
      let late = min(frames, mixer.delivered - start)
      if late > 0 {
        fadeIn = Self.fade
        first += late
        frames -= late
        head = start + late
        missed(late, by: mixer.delivered - start)
      }
    }
    guard frames > 0, let at = head else { return }
    let sound = UnsafeBufferPointer(rebasing: output[(first * channels)...])
    if fadeIn > 0 {
      withUnsafeTemporaryAllocation(of: Float.self, capacity: sound.count) { softened in
        for frame in 0..<frames {
          let level = fadeIn > 0 ? 1 - Float(fadeIn) / Float(Self.fade) : 1
          fadeIn = max(0, fadeIn - 1)
          for channel in 0..<channels {
            softened[frame * channels + channel] = sound[frame * channels + channel] * level
          }
        }
        mixer.add(UnsafeBufferPointer(softened), at: at)
      }
    } else {
      mixer.add(sound, at: at)
    }
    for channel in 0..<channels { lastSamples[channel] = sound[(frames - 1) * channels + channel] }
    head = at + frames
  }

  /// How much later the next output sample was captured than it would be placed. Seconds.
  private func error(_ head: Int) -> Double {
    clock.time(of: firstPosition + converter.position) - mixer.time(of: head)
  }

  /// Makes the mixer wait longer for a device whose sound is often late.
  private func missed(_ frames: Int, by lateness: Int) {
    // Late sound is normal in the first second.
    guard converter.position > Double(AudioFrame.sampleRate) else { return }
    lateFrames += frames
    guard lateFrames > AudioFrame.sampleRate / 10 else { return }
    lateFrames = 0
    mixer.wait(longerBy: lateness)
  }

  private func correct() {
    guard let head else { return }
    sinceCorrection = 0
    offset = error(head)
    // The clock's jumps were applied before; this offset has built up gradually.
    if abs(offset) > 4 * SoundClock.tolerance { move(by: offset) }
    isCorrecting = abs(offset) > (isCorrecting ? Self.correctionEnd : Self.correctionStart)
    let correction = min(max(Self.correctionRate * offset, -Self.greatestCorrection), Self.greatestCorrection)
    // A ratio of 1 costs the resampler least, and suffices most of the time.
    converter.setRatio(isCorrecting ? (1 + clock.drift) * (1 - correction) : 1)
  }

  /// Places the following sound later by `seconds`, or earlier if negative.
  private func move(by seconds: Double) {
    let frames = Int((seconds * Double(AudioFrame.sampleRate)).rounded())
    guard let head else { return }
    if frames > 0 {
      fadeOut()
      self.head = head + max(0, frames - toSkip)
      toSkip = max(0, toSkip - frames)
    } else {
      fadeOut()
      toSkip -= frames
    }
  }

  private func withSilence(_ count: Int, _ body: (UnsafePointer<Float>) -> Void) {
    let silence = [Float](repeating: 0, count: count)
    silence.withUnsafeBufferPointer { silence in if let base = silence.baseAddress { body(base) } }
  }
}

extension UnsafeBufferPointer<Float> {
  fileprivate var isSilent: Bool {
    allSatisfy { $0 == 0 }
  }
}
