import Media
import Testing

@testable import Sharing

@Suite struct NetworkPresenceTests {
  private static let here: Set<String> = ["192.0.2.7"]

  /// What is to be done, and when, in so many seconds with a look at the addresses every 100 ms.
  private func changes(
    of presence: inout NetworkPresence, from start: Double = 0, to end: Double, _ addresses: (Double) -> Set<String>
  ) -> [(seconds: Double, change: NetworkPresence.Change)] {
    (Int(start * 10)...Int(end * 10)).compactMap { tenth in
      let seconds = Double(tenth) / 10
      let change = presence.update(addresses(seconds), now: .seconds(seconds))
      return change == .none ? nil : (seconds, change)
    }
  }

  @Test func `an address that is there from the start, and stays, asks for nothing`() {
    var presence = NetworkPresence(Self.here, now: .zero)
    #expect(presence.isPresent && presence.interval == .seconds(1))
    #expect(changes(of: &presence, to: 60) { _ in Self.here }.isEmpty)
  }

  @Test func `an address that comes after a second ends the wait, and nothing is said`() {
    var presence = NetworkPresence([], now: .zero)
    #expect(!presence.isPresent && presence.interval == .milliseconds(100))
    let changes = changes(of: &presence, to: 60) { $0 < 1 ? [] : Self.here }
    #expect(changes.map(\.seconds) == [1] && changes.map(\.change) == [.returned(wasMissing: false)])
    #expect(presence.isPresent && presence.addresses == Self.here)
  }

  @Test func `without an address for fifteen seconds that is said once, after ten`() {
    var presence = NetworkPresence([], now: .zero)
    let changes = changes(of: &presence, to: 60) { $0 < 15 ? [] : Self.here }
    #expect(changes.map(\.seconds) == [10, 15])
    #expect(changes.map(\.change) == [.missing, .returned(wasMissing: true)])
  }

  @Test func `without an address for an hour that is said once`() {
    var presence = NetworkPresence([], now: .zero)
    #expect(changes(of: &presence, to: 3600) { _ in [] }.map(\.seconds) == [10])
  }

  @Test func `the same address taken away and back is an absence and a return`() {
    var presence = NetworkPresence(Self.here, now: .zero)
    let changes = changes(of: &presence, to: 60) { 5..<8 ~= $0 ? [] : Self.here }
    #expect(changes.map(\.seconds) == [5, 8])
    #expect(changes.map(\.change) == [.lost, .returned(wasMissing: false)])
  }

  @Test func `each absence of ten seconds is said, counted from its own beginning`() {
    var presence = NetworkPresence(Self.here, now: .zero)
    // Away from 5 to 14 s, from 20 to 31 s, and from 32 s on.
    let changes = changes(of: &presence, to: 60) { 5..<14 ~= $0 || 20..<31 ~= $0 || $0 >= 32 ? [] : Self.here }
    #expect(changes.map(\.seconds) == [5, 14, 20, 30, 31, 32, 42])
    #expect(
      changes.map(\.change) == [
        .lost, .returned(wasMissing: false), .lost, .missing, .returned(wasMissing: true), .lost, .missing,
      ])
  }

  @Test func `another address, one more and one less are a move`() {
    var presence = NetworkPresence(Self.here, now: .zero)
    let steps: [Set<String>] = [["192.0.2.8"], ["192.0.2.8", "2001:db8::1"], ["2001:db8::1"]]
    #expect(steps.map { presence.update($0, now: .seconds(1)) } == [.moved, .moved, .moved])
    #expect(presence.addresses == steps[2])
  }

  @Test func `after an absence of a year it is told as after one of ten seconds`() {
    var presence = NetworkPresence(Self.here, now: .seconds(31_536_000))
    #expect(presence.update([], now: .seconds(31_536_001)) == .lost)
    #expect(presence.update([], now: .seconds(2 * 31_536_000)) == .missing)
    #expect(presence.update(Self.here, now: .seconds(2 * 31_536_000)) == .returned(wasMissing: true))
  }
}
