import RoomProtocol
import TestSupport
import Testing

@Suite struct ConnectionPlanTests {
  private static let ways = [
    ConnectionPlan.Way(.v4, .webSocket), .init(.v4, .polling), .init(.v3, .webSocket), .init(.v3, .polling),
  ]
  private let ways = Self.ways

  @Test func `ways are tried in order, and the one that works comes first from then on`() {
    var random = SeededRandom(seed: 1)
    var plan = ConnectionPlan(ways, ReconnectionPolicy(jitter: 0))
    #expect(plan.begin() == .attempt(ways[0]))
    #expect(plan.failed(.unsuitable, now: .at(0), using: &random) == .attempt(ways[1]))
    #expect(plan.failed(.unsuitable, now: .at(0), using: &random) == .attempt(ways[2]))
    plan.succeeded()
    #expect(plan.lost(now: .at(10), using: &random) == .wait(until: .at(11)))
    #expect(plan.begin() == .attempt(ways[2]))
    #expect(plan.failed(.unsuitable, now: .at(11), using: &random) == .attempt(ways[0]))
  }

  @Test func `a first connection is given up if the address does not answer or no way works`() {
    var random = SeededRandom(seed: 1)
    var unreachable = ConnectionPlan(ways, ReconnectionPolicy())
    _ = unreachable.begin()
    #expect(unreachable.failed(.unreachable, now: .at(0), using: &random) == .giveUp)
    #expect(unreachable.begin() == .giveUp)
    var unsuitable = ConnectionPlan(Array(ways[..<2]), ReconnectionPolicy())
    _ = unsuitable.begin()
    _ = unsuitable.failed(.unsuitable, now: .at(0), using: &random)
    #expect(unsuitable.failed(.unsuitable, now: .at(0), using: &random) == .giveUp)
    var empty = ConnectionPlan([], ReconnectionPolicy())
    #expect(empty.begin() == .giveUp)
  }

  @Test func `a first connection is retried until its deadline, unless it is refused`() {
    var random = SeededRandom(seed: 1)
    var plan = ConnectionPlan(Array(ways[..<2]), ReconnectionPolicy(jitter: 0))
    plan.firstConnectionDeadline = .max
    _ = plan.begin()
    #expect(plan.failed(.unreachable, now: .at(100), using: &random) == .wait(until: .at(101)))
    #expect(plan.begin() == .attempt(ways[0]))
    #expect(plan.failed(.unsuitable, now: .at(101), using: &random) == .attempt(ways[1]))
    #expect(plan.failed(.unsuitable, now: .at(101), using: &random) == .wait(until: .at(103)))
    plan.firstConnectionDeadline = .at(110)
    #expect(plan.begin() == .attempt(ways[0]))
    #expect(plan.failed(.unreachable, now: .at(109), using: &random) == .wait(until: .at(113)))
    #expect(plan.begin() == .attempt(ways[0]))
    #expect(plan.failed(.unreachable, now: .at(113), using: &random) == .giveUp)
    var refused = ConnectionPlan(ways, ReconnectionPolicy(jitter: 0))
    refused.firstConnectionDeadline = .max
    _ = refused.begin()
    #expect(refused.failed(.refused, now: .at(100), using: &random) == .giveUp)
  }

  @Test func `waits become longer up to a limit, and short again after a success`() {
    var random = SeededRandom(seed: 1)
    var plan = ConnectionPlan(ways, ReconnectionPolicy(first: .seconds(1), longest: .seconds(6), jitter: 0))
    _ = plan.begin()
    plan.succeeded()
    for round in 0..<2 {
      var step = plan.lost(now: .at(0), using: &random)
      for seconds in [1.0, 2, 4, 6, 6] {
        #expect(step == .wait(until: .at(seconds)), "round \(round)")
        #expect(plan.begin() == .attempt(ways[0]))
        step = plan.failed(.unreachable, now: .at(0), using: &random)
      }
      _ = plan.begin()
      plan.succeeded()
    }
  }

  @Test func `waits vary by up to the jitter in either direction`() {
    var random = SeededRandom(seed: 1)
    let policy = ReconnectionPolicy(first: .seconds(1), longest: .seconds(5), jitter: 0.5)
    for (number, middle) in [1.0, 2, 4, 5, 5].enumerated() {
      let delays = (0..<1000).map { _ in policy.delay(before: number, using: &random) }
      #expect(Set(delays).count > 990)
      #expect(delays.allSatisfy { $0 >= .seconds(middle * 0.5) && $0 <= .seconds(middle * 1.5) })
      // Spread over the whole range.
      #expect(delays.filter { $0 < .seconds(middle * 0.6) }.count > 50)
      #expect(delays.filter { $0 > .seconds(middle * 1.4) }.count > 50)
    }
    #expect(policy.delay(before: .max, using: &random) <= .seconds(7.5))
  }

  @Test func `a client gives up after the allowed attempts, when refused, and at once without a policy`() {
    var random = SeededRandom(seed: 1)
    var limited = ConnectionPlan(ways, ReconnectionPolicy(jitter: 0, attempts: 2))
    _ = limited.begin()
    limited.succeeded()
    #expect(limited.lost(now: .at(0), using: &random) == .wait(until: .at(1)))
    _ = limited.begin()
    #expect(limited.failed(.unreachable, now: .at(0), using: &random) == .wait(until: .at(2)))
    _ = limited.begin()
    #expect(limited.failed(.unreachable, now: .at(0), using: &random) == .giveUp)

    var refused = ConnectionPlan(ways, ReconnectionPolicy())
    _ = refused.begin()
    refused.succeeded()
    _ = refused.lost(now: .at(0), using: &random)
    _ = refused.begin()
    #expect(refused.failed(.refused, now: .at(0), using: &random) == .giveUp)

    var once = ConnectionPlan(ways, nil)
    _ = once.begin()
    once.succeeded()
    #expect(once.lost(now: .at(0), using: &random) == .giveUp)
  }
}
