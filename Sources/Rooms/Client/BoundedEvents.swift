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
