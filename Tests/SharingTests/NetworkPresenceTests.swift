import Media
import Testing

@testable import Sharing

@Suite struct NetworkPresenceTests {
  private static let here: Set<String> = ["192.0.2.7"]

  /// The changes and their times, with an update of the addresses every 100 ms.
  private func changes(
    of presence: inout NetworkPresence, from start: Double = 0, to end: Double, _ addresses: (Double) -> Set<String>
  ) -> [(seconds: Double, change: NetworkPresence.Change)] {
    (Int(start * 10)...Int(end * 10)).compactMap { tenth in
      let seconds = Double(tenth) / 10
      let change = presence.update(addresses(seconds), now: .seconds(seconds))
      return change == .none ? nil : (seconds, change)
    }
  }

  @Test func `an address that is always present causes no change`() {
    var presence = NetworkPresence(Self.here, now: .zero)
    #expect(presence.isPresent && presence.interval == .seconds(1))
    #expect(changes(of: &presence, to: 60) { _ in Self.here }.isEmpty)
  }

  @Test func `an address that appears after a second is a return without a missing report`() {
    var presence = NetworkPresence([], now: .zero)
    #expect(!presence.isPresent && presence.interval == .milliseconds(100))
    let changes = changes(of: &presence, to: 60) { $0 < 1 ? [] : Self.here }
    #expect(changes.map(\.seconds) == [1] && changes.map(\.change) == [.returned(wasMissing: false)])
    #expect(presence.isPresent && presence.addresses == Self.here)
  }

  @Test func `fifteen seconds without an address are reported missing once, after ten`() {
    var presence = NetworkPresence([], now: .zero)
    let changes = changes(of: &presence, to: 60) { $0 < 15 ? [] : Self.here }
    #expect(changes.map(\.seconds) == [10, 15])
    #expect(changes.map(\.change) == [.missing, .returned(wasMissing: true)])
  }

  @Test func `an hour without an address is reported missing once`() {
    var presence = NetworkPresence([], now: .zero)
    #expect(changes(of: &presence, to: 3600) { _ in [] }.map(\.seconds) == [10])
  }

  @Test func `an address removed and added back after three seconds is lost and returned`() {
    var presence = NetworkPresence(Self.here, now: .zero)
    let changes = changes(of: &presence, to: 60) { 5..<8 ~= $0 ? [] : Self.here }
    #expect(changes.map(\.seconds) == [5, 8])
    #expect(changes.map(\.change) == [.lost, .returned(wasMissing: false)])
  }

  @Test func `each absence of ten seconds is reported missing, counted from its own start`() {
    var presence = NetworkPresence(Self.here, now: .zero)
    // Away from 5 to 14 s, from 20 to 31 s, and from 32 s on.
    let changes = changes(of: &presence, to: 60) { 5..<14 ~= $0 || 20..<31 ~= $0 || $0 >= 32 ? [] : Self.here }
    #expect(changes.map(\.seconds) == [5, 14, 20, 30, 31, 32, 42])
    #expect(
      changes.map(\.change) == [
        .lost, .returned(wasMissing: false), .lost, .missing, .returned(wasMissing: true), .lost, .missing,
      ])
  }

  @Test func `a changed, an added and a removed address are each a move`() {
    var presence = NetworkPresence(Self.here, now: .zero)
    let steps: [Set<String>] = [["192.0.2.8"], ["192.0.2.8", "2001:db8::1"], ["2001:db8::1"]]
    #expect(steps.map { presence.update($0, now: .seconds(1)) } == [.moved, .moved, .moved])
    #expect(presence.addresses == steps[2])
  }

  @Test func `an absence of a year is reported like one of ten seconds`() {
    var presence = NetworkPresence(Self.here, now: .seconds(31_536_000))
    #expect(presence.update([], now: .seconds(31_536_001)) == .lost)
    #expect(presence.update([], now: .seconds(2 * 31_536_000)) == .missing)
    #expect(presence.update(Self.here, now: .seconds(2 * 31_536_000)) == .returned(wasMissing: true))
  }
}
