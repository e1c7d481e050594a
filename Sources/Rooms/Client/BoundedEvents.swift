internal import NIOCore

/// A bounded queue of events for one consumer: while it is full, the connection is not read.
public struct BoundedEvents<Element: Sendable>: AsyncSequence, Sendable {
  typealias Producer = NIOAsyncSequenceProducer<
    Element, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, EventQueue<Element>.Reader
  >

  let producer: Producer

  public struct AsyncIterator: AsyncIteratorProtocol {
    private var iterator: Producer.AsyncIterator

    init(_ producer: Producer) { iterator = producer.makeAsyncIterator() }

    /// The next event; nil after the last one.
    public mutating func next() async -> Element? { await iterator.next() }
  }

  /// Call it only once.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(producer) }
}

/// The producing end of `BoundedEvents`. Lives on an event loop.
final class EventQueue<Element: Sendable> {
  /// Called when the consumer takes elements or stops, on any thread.
  struct Reader: NIOAsyncSequenceProducerDelegate {
    let onDemand: @Sendable () -> Void

    func produceMore() { onDemand() }
    func didTerminate() { onDemand() }
  }

  let events: BoundedEvents<Element>
  private let source: BoundedEvents<Element>.Producer.Source
  private let pause: () -> Void

  /// - Parameters:
  ///   - pause: called when the queue is full.
  ///   - onDemand: called when the consumer has taken most of it, or takes no more at all.
  init(pause: @escaping () -> Void, onDemand: @escaping @Sendable () -> Void) {
    self.pause = pause
    let made = NIOAsyncSequenceProducer.makeSequence(
      elementType: Element.self,
      backPressureStrategy: NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark(
        lowWatermark: 16, highWatermark: 64),
      finishOnDeinit: false, delegate: Reader(onDemand: onDemand))
    events = BoundedEvents(producer: made.sequence)
    source = made.source
  }

  func add(_ element: Element) {
    if source.yield(element) == .stopProducing { pause() }
  }

  /// Ends the sequence after the elements added so far.
  func finish() { source.finish() }
}
