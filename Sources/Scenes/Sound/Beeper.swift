internal import Glibc
package import Media

/// Beeps at known times, through a sound server.
///
/// Precision: the server reports which sample of the stream it has read, when, and the delay until that sample is played; so
/// the time at which any sample will be played is known before it is written. For a null sink, which plays by the monotonic
/// clock, this is precise to a tenth of a millisecond; for a real card it depends on the latency its driver reports.
///
/// Reconnects when the server goes away, and then continues. All libpulse calls are made by one thread, "beeper".
package final class Beeper: Sendable {
  struct State {
    var schedule: BeepSchedule?
    var isStopped = false
    /// The result of the first attempt to reach the server.
    var outcome: Result<Void, SceneError>?
  }

  /// A beep that has been played.
  package struct Played: Sendable, Hashable {
    /// Counted from 0.
    package var number: Int
    /// When it left the sink, by the timing that the server reported afterwards.
    package var time: MediaTime
  }

  private let state = Monitor(State())
  private let thread: NamedThread

  /// Connects; never starts a server.
  /// - Parameters:
  ///   - server: as in `$PULSE_SERVER`; when nil, that variable or the user's default server.
  ///   - application: this client's name at the server.
  ///   - shape: the waveform of a beep.
  ///   - played: called for each beep, on the beeper's thread.
  package init(
    server: String? = nil, application: String, shape: BeepShape = BeepShape(),
    played: @escaping @Sendable (Played) -> Void = { _ in }
  ) {
    thread = NamedThread("beeper") { [state] in
      while !state.withLock(\.isStopped) {
        let player = BeepPlayer(server: server, application: application, shape: shape)
        let failure = player.run(state, played)
        state.update { $0.outcome = $0.outcome ?? .failure(failure ?? .soundUnavailable("it went away")) }
        if !state.withLock(\.isStopped) { usleep(100_000) }
      }
    }
  }

  deinit { stop() }

  /// Waits until the server plays the stream, which starts with silence.
  /// - Throws: `SceneError.soundUnavailable` when no server can be reached or it has nothing to play on.
  package func waitUntilPlaying() throws(SceneError) {
    let outcome = state.wait(until: .now + .seconds(10)) { $0.outcome }
    try (outcome ?? .failure(.soundUnavailable("it plays nothing"))).get()
  }

  /// Sets the times of the beeps; the first should be at least half a second ahead.
  package func beep(_ schedule: BeepSchedule) { state.withLock { $0.schedule = schedule } }

  /// Stops playing. A second call does nothing.
  package func stop() {
    let wasStopped = state.withLock { state in
      defer { state.isStopped = true }
      return state.isStopped
    }
    if !wasStopped { thread.join() }
  }
}

/// When a scene beeps: at the same times as it flashes.
package struct BeepSchedule: Sendable, Hashable {
  /// The first beep, on the monotonic clock.
  package var first: MediaTime
  /// The interval from one beep to the next.
  package var period: MediaTime
  /// No beep starts at or after this.
  package var end: MediaTime

  package init(first: MediaTime, period: MediaTime, end: MediaTime = .distantFuture) {
    self.first = first
    self.period = period
    self.end = end
  }

  /// The number of the first beep at or after `time`, counted from 0; nil if there is none.
  func number(notBefore time: MediaTime) -> Int64? {
    let past = time.nanoseconds - first.nanoseconds
    let number = past <= 0 ? 0 : (past + period.nanoseconds - 1) / period.nanoseconds
    return self.time(of: number) < end ? number : nil
  }

  func time(of number: Int64) -> MediaTime { first + .nanoseconds(number * period.nanoseconds) }
}

/// The waveform of a beep.
///
/// Its onset is the middle of its first ramp, where it reaches half its amplitude: what `BeepDetector` looks for.
package struct BeepShape: Sendable, Hashable {
  /// Hertz.
  package var frequency: Double
  /// The amplitude of the sine, in 0…1.
  package var amplitude = 0.5
  /// Samples at 48 kHz, including both ramps.
  package var length = 4800
  /// Samples of the ramp at each end: short enough for an exact onset, long enough not to click.
  package var ramp = 96

  package init(frequency: Double = 1000) { self.frequency = frequency }

  /// The sample at `index` samples after the onset; the beep starts half a ramp before it.
  func sample(_ index: Int64) -> Float {
    let position = Double(index) + Double(ramp) / 2
    guard position >= 0, position < Double(length) else { return 0 }
    let edge = min(position, Double(length) - position)
    let gain = edge >= Double(ramp) ? 1 : (1 - cos(.pi * edge / Double(ramp))) / 2
    return Float(amplitude * gain * sin(2 * .pi * frequency * Double(index) / Double(AudioFrame.sampleRate)))
  }
}
