import Testing

@testable import Encoding

@Suite struct EncoderRegistryTests {
  private final class Encoder: Sendable {
    let number: Int
    init(_ number: Int) { self.number = number }
  }

  /// Subscribes to encoders that are numbered as they are made.
  private struct Subscriptions {
    private let registry = EncoderRegistry<Encoder, Int>()
    private var made = 0

    mutating func subscribe(to track: String, _ settings: Int, ended: Set<Int> = []) -> Encoder {
      registry.subscribe(
        to: track, settings: settings,
        make: {
          made += 1
          return Encoder(made)
        }, add: { !ended.contains($0.number) })
    }
  }

  @Test func `equal tracks and settings share an encoder, others do not`() {
    var subscriptions = Subscriptions()
    let first = subscriptions.subscribe(to: "a", 1)
    #expect(subscriptions.subscribe(to: "a", 1) === first)
    let encoders = [first, subscriptions.subscribe(to: "a", 2), subscriptions.subscribe(to: "b", 1)]
    #expect(encoders.map(\.number) == [1, 2, 3])
  }

  @Test func `an encoder that has ended is replaced by a new one`() {
    var subscriptions = Subscriptions()
    let ended = subscriptions.subscribe(to: "a", 1)
    let new = subscriptions.subscribe(to: "a", 1, ended: [1])
    #expect(ended.number == 1 && new.number == 2)
    #expect(subscriptions.subscribe(to: "a", 1) === new)
  }

  @Test func `an encoder that nobody holds is forgotten`() {
    var subscriptions = Subscriptions()
    _ = subscriptions.subscribe(to: "a", 1)
    #expect(subscriptions.subscribe(to: "a", 1).number == 2)
  }
}
