internal import Media

/// Passes a track's sound, or replaces it by silence, with a fade of 5 ms in between.
struct AudioGate {
  private var gain: Float
  /// Sound captured before this time is not passed.
  private var openSince: MediaTime?

  init(isOpen: Bool) {
    gain = isOpen ? 1 : 0
    openSince = isOpen ? .nanoseconds(.min) : nil
  }

  /// - Parameters:
  ///   - time: when the block was captured.
  ///   - isOpen: whether the track is enabled and unmuted now.
  mutating func pass(_ samples: inout [Float], capturedAt time: MediaTime, isOpen: Bool, now: MediaTime) {
    if isOpen { openSince = openSince ?? now } else { openSince = nil }
    let target: Float = openSince.map { time >= $0 } == true ? 1 : 0
    guard gain != 1 || target != 1 else { return }
    let step = (target < gain ? -1 : 1) / Float(AudioFramer.fade)
    for index in stride(from: 0, to: samples.count - 1, by: OpusEncoder.channels) {
      if gain != target { gain = min(max(gain + step, 0), 1) }
      samples[index] *= gain
      samples[index + 1] *= gain
    }
  }
}
