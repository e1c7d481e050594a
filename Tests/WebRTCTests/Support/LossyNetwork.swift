import Harness
import Synchronization

/// A lossy network with a seed: the same packets are lost and delayed on every run.
final class LossyNetwork: Sendable {
  private struct State {
    var generator: SeededRandom
    var total = 0
    var lost = 0
    /// When the newest packet of each direction arrives, in seconds of the monotonic clock.
    var arrivals: [UDPRelay.Direction: Double] = [:]
  }

  private let state: Mutex<State>
  private let loss: Double
  private let delay: Double
  private let jitter: Double

  /// - Parameters:
  ///   - loss: the share of lost packets.
  ///   - delay: the shortest delay, in seconds.
  ///   - jitter: the largest further delay, in seconds. As in a queue, packets are not reordered.
  init(loss: Double, delay: Double, jitter: Double, seed: UInt64) {
    self.loss = loss
    self.delay = delay
    self.jitter = jitter
    state = Mutex(State(generator: SeededRandom(seed: seed)))
  }

  /// For `UDPRelay.Policy`.
  func nextPacket(_ direction: UDPRelay.Direction) -> [Double] {
    state.withLock { state in
      state.total += 1
      guard Double.random(in: 0..<1, using: &state.generator) >= loss else {
        state.lost += 1
        return []
      }
      let now = MonotonicClock.seconds
      let due = now + delay + .random(in: 0...jitter, using: &state.generator)
      // A microsecond apart at least, which keeps their order.
      let arrival = max(due, state.arrivals[direction].map { $0 + 1e-6 } ?? 0)
      state.arrivals[direction] = arrival
      return [arrival - now]
    }
  }

  var total: Int { state.withLock(\.total) }
  var lost: Int { state.withLock(\.lost) }
}
