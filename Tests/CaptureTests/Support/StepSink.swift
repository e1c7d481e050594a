import Media

/// Notes each new value of the picture's first pixel.
final class StepSink: VideoSink {
  private let state = Monitor<[UInt32]>([])
  var steps: [UInt32] { state.withLock { $0 } }

  func receive(_ frame: borrowing VideoFrame) {
    let step = frame.pixels.load(as: UInt32.self) & 0xff_ffff
    state.withLock { if $0.last != step { $0.append(step) } }
  }

  func sourceEnded() {}
}
