internal import NIOCore

/// Events for one consumer. While that takes too few of them the connection they come by is not read, so that only a
/// limited number waits here.
public struct BoundedEvents<Element: Sendable>: AsyncSequence, Sendable {
  typealias Producer = NIOAsyncSequenceProducer<
    Element, NIOAsyncSequenceProducerBackPressureStrategies.HighLowWatermark, EventQueue<Element>.Reader
  >

  let producer: Producer

  public struct AsyncIterator: AsyncIteratorProtocol {
    private var iterator: Producer.AsyncIterator

    init(_ producer: Producer) { iterator = producer.makeAsyncIterator() }

    /// The next event; nil once there will be no more.
    public mutating func next() async -> Element? { await iterator.next() }
  }

  /// To be called once.
  public func makeAsyncIterator() -> AsyncIterator { AsyncIterator(producer) }
}
