/// A FIFO queue in reused storage that grows by doubling.
struct RingQueue<Element> {
  private var storage: ContiguousArray<Element?>
  private var head = 0
  private(set) var count = 0

  init() { storage = [] }

  var isEmpty: Bool { count == 0 }
  var first: Element? { count == 0 ? nil : storage[head] }

  /// The element `index` places behind the first.
  subscript(_ index: Int) -> Element {
    get {
      precondition(index >= 0 && index < count)
      // Elements between the head and the count are never nil.
      return storage[(head + index) & (storage.count - 1)].unsafelyUnwrapped
    }
    _modify {
      precondition(index >= 0 && index < count)
      yield &storage[(head + index) & (storage.count - 1)]!
    }
  }

  mutating func append(_ element: Element) {
    if count == storage.count { grow() }
    storage[(head + count) & (storage.count - 1)] = element
    count += 1
  }

  @discardableResult
  mutating func removeFirst() -> Element? {
    guard count > 0 else { return nil }
    let element = storage[head]
    storage[head] = nil
    head = (head + 1) & (storage.count - 1)
    count -= 1
    return element
  }

  mutating func removeLast() {
    guard count > 0 else { return }
    count -= 1
    storage[(head + count) & (storage.count - 1)] = nil
  }

  mutating func removeAll() {
    while count > 0 { removeLast() }
    head = 0
  }

  /// Keeps the elements for which `isKept` returns true, in order.
  mutating func filter(_ isKept: (Element) -> Bool) {
    for _ in 0..<count {
      if let element = removeFirst(), isKept(element) { append(element) }
    }
  }

  private mutating func grow() {
    var larger = ContiguousArray<Element?>(repeating: nil, count: max(8, storage.count * 2))
    for i in 0..<count { larger[i] = self[i] }
    storage = larger
    head = 0
  }
}
