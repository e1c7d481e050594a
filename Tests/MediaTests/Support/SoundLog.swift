import Media

/// Keeps a source's sound.
final class SoundLog: AudioSink {
  private let state = Monitor((samples: [[Float]](), times: [MediaTime](), hasEnded: false))

  var samples: [[Float]] { state.withLock { $0.samples } }
  var times: [MediaTime] { state.withLock { $0.times } }
  var count: Int { samples.count }
  var hasEnded: Bool { state.withLock { $0.hasEnded } }

  func receive(_ frame: borrowing AudioFrame) {
    let (samples, time) = (Array(frame.samples), frame.timestamp)
    state.withLock { state in
      state.samples.append(samples)
      state.times.append(time)
    }
  }

  func sourceEnded() { state.withLock { $0.hasEnded = true } }
}
