internal import Glibc
public import Media

/// Beeps at known times, through a sound server.
///
/// Precision: the server reports which sample of the stream it has read, when, and the delay until that sample is played; so
/// the time at which any sample will be played is known before it is written. For a null sink, which plays by the monotonic
/// clock, this is precise to a tenth of a millisecond; for a real card it depends on the latency its driver reports.
///
/// Reconnects when the server goes away, and then continues. All libpulse calls are made by one thread, "beeper".
public final class Beeper: Sendable {
  struct State {
    var schedule: BeepSchedule?
    var isStopped = false
    /// The result of the first attempt to reach the server.
    var outcome: Result<Void, SceneError>?
  }

  /// A beep that has been played.
  public struct Played: Sendable, Hashable {
    /// Counted from 0.
    public var number: Int
    /// When it left the sink, by the timing that the server reported afterwards.
    public var time: MediaTime
  }

  private let state = Monitor(State())
  private let thread: NamedThread

  /// Connects; never starts a server.
  /// - Parameters:
  ///   - server: as in `$PULSE_SERVER`; when nil, that variable or the user's default server.
  ///   - application: this client's name at the server.
  ///   - shape: the waveform of a beep.
  ///   - played: called for each beep, on the beeper's thread.
  public init(
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
  public func waitUntilPlaying() throws(SceneError) {
    let outcome = state.wait(until: .now + .seconds(10)) { $0.outcome }
    try (outcome ?? .failure(.soundUnavailable("it plays nothing"))).get()
  }

  /// Sets the times of the beeps; the first should be at least half a second ahead.
  public func beep(_ schedule: BeepSchedule) { state.withLock { $0.schedule = schedule } }

  /// Stops playing. A second call does nothing.
  public func stop() {
    let wasStopped = state.withLock { state in
      defer { state.isStopped = true }
      return state.isStopped
    }
    if !wasStopped { thread.join() }
  }
}
