import RoomProtocol
import Testing

@testable import Rooms

@Suite struct AddressUsesTests {
  private static func at(_ seconds: Double) -> MonotonicTime {
    MonotonicTime(nanoseconds: 1_000_000_000_000 + UInt64(seconds * 1e9))
  }

  private static func uses(_ change: (inout ServerLimits) -> Void) -> AddressUses {
    var limits = ServerLimits()
    change(&limits)
    return AddressUses(limits)
  }

  private let one = ClientAddress([192, 0, 2, 1])
  private let neighbour = ClientAddress([192, 0, 2, 2])
  private let stranger = ClientAddress([198, 51, 100, 1])

  @Test func `an address with the most connections is refused, its neighbour in the /24 is not`() {
    var uses = Self.uses { $0.connectionsPerAddress = 2 }
    for _ in 0..<2 {
      #expect(uses.refusal(ofConnectionFrom: one, now: Self.at(0)) == nil)
      for use in uses.all(of: one, now: Self.at(0)) { use.connections += 1 }
    }
    #expect(uses.refusal(ofConnectionFrom: one, now: Self.at(0)) == .connectionsPerAddress)
    #expect(uses.refusal(ofConnectionFrom: neighbour, now: Self.at(0)) == nil)
  }

  @Test func `requests beyond the burst are refused until the rate allows one more`() {
    var uses = Self.uses { $0.requests = Allowance(perSecond: 2, burst: 1) }
    #expect(uses.refusal(ofRequestFrom: one, now: Self.at(0)) == nil)
    #expect(uses.refusal(ofRequestFrom: one, now: Self.at(0.4)) == .requestRate)
    #expect(uses.refusal(ofRequestFrom: stranger, now: Self.at(0.4)) == nil)
    #expect(uses.refusal(ofRequestFrom: one, now: Self.at(0.6)) == nil)
  }

  @Test func `each wrong token doubles the delay, up to the longest, and the one beyond the burst is the last`() {
    var uses = Self.uses {
      $0.wrongTokens = Allowance(perSecond: 0.001, burst: 3)
      $0.longestWrongTokenDelay = .milliseconds(350)
    }
    let answers = (0..<4).map { _ in uses.wrongToken(of: one, now: Self.at(0)) }
    #expect(answers.map(\.delay) == [.milliseconds(100), .milliseconds(200), .milliseconds(350), .milliseconds(350)])
    #expect(answers.map(\.isLast) == [false, false, false, true])
    #expect(uses.wrongToken(of: stranger, now: Self.at(0)).delay == .milliseconds(100))
  }

  @Test func `an address is kept while it has a connection and until its rates have recovered`() {
    var uses = Self.uses { $0.requests = Allowance(perSecond: 1, burst: 4) }
    for use in uses.all(of: one, now: Self.at(0)) { use.connections += 1 }
    #expect(uses.refusal(ofRequestFrom: stranger, now: Self.at(0)) == nil)
    #expect(uses.count == 4)
    uses.removeUnused(now: Self.at(0))
    #expect(uses.count == 4, "the request is too recent")
    uses.removeUnused(now: Self.at(9))
    #expect(uses.count == 4, "at most every 10 s")
    uses.removeUnused(now: Self.at(10))
    #expect(uses.count == 2)
    for use in uses.all(of: one, now: Self.at(10)) { use.connections -= 1 }
    uses.removeUnused(now: Self.at(20))
    #expect(uses.count == 0)
  }
}
