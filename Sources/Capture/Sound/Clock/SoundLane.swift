import Media

/// One device's or program's sound on its way onto the clock. Used by one thread only.
///
/// Sound waits until the server has said when it was captured, is put at its place in the mixer, and then runs on, resampled
/// so that it stays there. Where sound was lost, the rest is put where it belongs, and silence is between.
final class SoundLane {
  /// Sound that waits for its time, at the most. Samples of one channel.
  private static let longestWait = 10 * AudioFrame.sampleRate
  /// Without any sound for so long, what comes next may belong anywhere. Seconds.
  private static let longestSilence = 0.25
  /// Output samples from one correction of the ratio to the next.
  private static let correctionInterval = AudioFrame.sampleRate / 4
  /// An offset from which on it is made up for, and one that is as good as none. Seconds.
  private static let largestOffset = 0.0004
  private static let smallestOffset = 0.00005
  /// How fast it is made up for: by this part of it a second, and never by more than this fraction.
  private static let urgency = 0.3
  private static let greatestUrgency = 0.0003
  /// The resampler has forgotten what it got before so many samples.
  private static let memory = AudioFrame.sampleRate / 10
  /// Sound begins and ends over this time, so that it does not click. Samples of one channel.
  static let fade = AudioFrame.sampleRate / 200

  private let mixer: SoundMixer
  private let mayPause: Bool
  private var clock: SoundClock
  private let converter: RateConverter
  /// What waits for its time.
  private var waiting: [Float] = []
  /// The device's count of the first sample that the converter got.
  private var firstPosition: Double
  private var received = 0.0
  private var lastPush: Double?
  /// The next output sample's place in the mixer; nil until the server has said when the sound was captured.
  private(set) var head: Int?
  private var sinceCorrection = 0
  private var isCorrecting = false
  private var toSkip = 0
  private var lateFrames = 0
  private var fadeIn = SoundLane.fade
  private var lastSamples: [Float]
  /// Samples of silence since there was anything else.
  private var silentFrames = 0
  /// Whether there was anything else.
  private(set) var hasSounded = false
  /// The next look at the server's times decides where the sound goes.
  private var isHeld = true

  /// How often a device lost sound, and how much of it, samples of one channel.
  private(set) var jumps = 0
  private(set) var lostFrames = 0
  /// How far off its place the sound is. Seconds.
  private(set) var offset = 0.0

  /// - Parameters:
  ///   - drift: what is known of the device; a fraction.
  ///   - mayPause: whether it is a program, which may be silent without anything being lost.
  ///   - firstPosition: the device's count of the first sample that comes.
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
  /// Whether the server should be asked at once when the sound was captured.
  var isWaiting: Bool { isHeld }

  /// Takes sound as it comes.
  /// - Parameters:
  ///   - samples: interleaved; nil is a hole, of silence. Borrowed for the call.
  ///   - now: seconds by the mixer's clock.
  func push(_ samples: UnsafePointer<Float>?, frames: Int, now: Double) {
    if let lastPush, now - lastPush > Self.longestSilence { isHeld = true }
    lastPush = now
    received += Double(frames)
    guard isHeld else {
      return process(samples, frames: frames)
    }
    let count = frames * mixer.channelCount
    if let samples {
      waiting.append(contentsOf: UnsafeBufferPointer(start: samples, count: count))
    } else {
      waiting.append(contentsOf: repeatElement(0, count: count))
    }
    let excess = waiting.count - Self.longestWait * mixer.channelCount
    if excess > 0 {
      // Nobody says when it was captured; what is dropped here leaves a gap that the next look finds.
      waiting.removeFirst(excess)
      if head == nil {
        firstPosition += Double(excess / mixer.channelCount)
      } else {
        received -= Double(excess / mixer.channelCount)
      }
    }
  }

  /// The sample that the device counts as `position` was captured at `time`, seconds by the mixer's clock.
  func observe(position: Double, time: Double) {
    let isSure = isHeld && head != nil
    let finding = clock.observe(position: position, time: time, isSure: isSure)
    guard clock.isSettled else { return }
    if case .jump(let seconds) = finding, abs(seconds) > SoundClock.tolerance {
      if !mayPause, seconds > 0 {
        jumps += 1
        lostFrames += Int((seconds * Double(AudioFrame.sampleRate)).rounded())
      }
      move(by: seconds)
    }
    if isHeld { release() }
  }

  /// It ends: what was heard last dies away.
  func close() {
    fadeOut()
    mixer.remove(self)
  }

  /// Lets what was heard last die away after `head`, for nothing may follow it there.
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

  // MARK: - Putting sound at its place

  private func release() {
    isHeld = false
    if head == nil {
      head = mixer.index(of: clock.time(of: firstPosition))
    }
    let sound = waiting
    waiting = []
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
    // In small pieces, so that the ratio is never old.
    while done < frames {
      let count = min(480, frames - done)
      converter.convert(samples + done * mixer.channelCount, frames: count) { place($0) }
      done += count
      if sinceCorrection >= Self.correctionInterval { correct() }
    }
  }

  /// Silence needs no resampling, and an offset is made up for at once in it.
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
      // What is late is not heard, and what follows it begins softly.
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

  /// How much later the next output sample was captured than its place says. Seconds.
  private func error(_ head: Int) -> Double {
    clock.time(of: firstPosition + converter.position) - mixer.time(of: head)
  }

  /// A device whose sound is late all the time has to be waited for.
  private func missed(_ frames: Int, by lateness: Int) {
    // A start is in the middle of things.
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
    // What the clock found to be a jump has been moved by then; this is for what crept in.
    if abs(offset) > 4 * SoundClock.tolerance { move(by: offset) }
    isCorrecting = abs(offset) > (isCorrecting ? Self.smallestOffset : Self.largestOffset)
    let urgency = min(max(Self.urgency * offset, -Self.greatestUrgency), Self.greatestUrgency)
    // At one to one the resampler does least, and most of the time that is good enough.
    converter.setRatio(isCorrecting ? (1 + clock.drift) * (1 - urgency) : 1)
  }

  /// What comes next was captured later by so much, or earlier.
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
