internal import NIOCore

/// The producing end of `BoundedEvents`; of an event loop.
final class EventQueue<Element: Sendable> {
  /// Hears what the consumer does, on whatever thread.
  struct Reader: NIOAsyncSequenceProducerDelegate {
    let onDemand: @Sendable () -> Void

    func produceMore() { onDemand() }
    func didTerminate() { onDemand() }
  }

  let events: BoundedEvents<Element>
  private let source: BoundedEvents<Element>.Producer.Source
  private let pause: () -> Void

  /// - Parameters:
  ///   - pause: called when enough waits for the consumer.
  ///   - onDemand: called when it has taken most of that, or takes no more at all.
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

  /// Nothing else will come.
  func finish() { source.finish() }
}
