import Media

/// Keeps one channel of a source's sound, from `start` on, and counts gaps.
final class SoundLog: AudioSink {
  enum Side: Int { case left, right }

  private let side: Side

  init(_ side: Side = .left) { self.side = side }

  private struct State {
    var samples: [Float] = []
    var start: MediaTime?
    var next: MediaTime?
    var gaps = 0
    var hasEnded = false
  }

  private let state = Monitor(State())

  func receive(_ frame: borrowing AudioFrame) {
    let (samples, channels) = (frame.samples, frame.channelCount)
    let kept = stride(from: min(side.rawValue, channels - 1), to: samples.count, by: channels).map { samples[$0] }
    let (timestamp, count) = (frame.timestamp, frame.frameCount)
    state.withLock { state in
      state.start = state.start ?? timestamp
      if let next = state.next, abs((timestamp - next).nanoseconds) > 2 { state.gaps += 1 }
      state.next = timestamp + .nanoseconds(Int64(count) * 1_000_000_000 / 48_000)
      state.samples += kept
    }
  }

  func sourceEnded() { state.withLock { $0.hasEnded = true } }

  var samples: [Float] { state.withLock { $0.samples } }
  var seconds: Double { state.withLock { Double($0.samples.count) / 48_000 } }
  /// When the first sample was captured.
  var start: MediaTime { state.withLock { $0.start ?? .zero } }
  var gaps: Int { state.withLock { $0.gaps } }
  var hasEnded: Bool { state.withLock { $0.hasEnded } }

  /// The last `seconds` of the sound.
  func last(_ seconds: Double) -> [Float] { Array(samples.suffix(Int(seconds * 48_000))) }
  /// The index in `samples` of the sound captured at `time`.
  func index(of time: MediaTime) -> Int { Int(((time - start).seconds * 48_000).rounded()) }
}
