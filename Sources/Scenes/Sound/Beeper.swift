internal import Glibc
public import Media

/// Beeps at known moments, through a sound server.
///
/// What is exact about it: the server says which sample of the stream it has read, when, and how long from then until that
/// sample is played; so when any sample is played is known before it is written. A null sink plays by the monotonic clock
/// itself, where this is good to a tenth of a millisecond; of a real card it is as good as its driver's word.
///
/// A server that goes is waited for, and beeps go on when it is back. All of libpulse is called by one thread, "beeper".
public final class Beeper: Sendable {
  struct State {
    var schedule: BeepSchedule?
    var isStopped = false
    /// What became of the first attempt to reach the server.
    var outcome: Result<Void, SceneError>?
  }

  /// A beep that has been played.
  public struct Played: Sendable, Hashable {
    /// Counted from 0.
    public var number: Int
    /// When it left the sink, as the server said afterwards.
    public var time: MediaTime
  }

  private let state = Monitor(State())
  private let thread: NamedThread

  /// Connects; no server is ever started.
  /// - Parameters:
  ///   - server: as in `$PULSE_SERVER`, which is taken when nil, or else the user's own.
  ///   - application: what the server calls this client.
  ///   - shape: how a beep sounds.
  ///   - played: is told of each beep, on the beeper's thread.
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

  /// Waits until the server plays, silence at first.
  /// - Throws: `SceneError.soundUnavailable` when no server can be reached or it has nothing to play on.
  public func waitUntilPlaying() throws(SceneError) {
    let outcome = state.wait(until: .now + .seconds(10)) { $0.outcome }
    try (outcome ?? .failure(.soundUnavailable("it plays nothing"))).get()
  }

  /// Beeps from now on at these moments; the first should be half a second ahead or more.
  public func beep(_ schedule: BeepSchedule) { state.withLock { $0.schedule = schedule } }

  /// Ends the sound. A second call does nothing.
  public func stop() {
    let wasStopped = state.withLock { state in
      defer { state.isStopped = true }
      return state.isStopped
    }
    if !wasStopped { thread.join() }
  }
}
