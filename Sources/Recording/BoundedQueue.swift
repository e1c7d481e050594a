/// A queue for what waits for a slow disk, bounded in bytes and number. Once a frame was refused, so are all that depend
/// on it: only a key frame can follow. Used under a lock.
struct BoundedQueue<Element> {
  /// Maximum bytes that wait for a slow disk: at 2.5 Mbit/s nearly two minutes.
  static var defaultLimit: Int { 32 << 20 }

  private struct Entry {
    let element: Element
    let bytes: Int
  }

  private let limit: Int
  private let maximumCount: Int
  /// Two stacks form a queue: new entries, and the older ones in reverse order.
  private var incoming: [Entry] = []
  private var outgoing: [Entry] = []
  private var bytes = 0
  /// A frame was refused, and no key frame has been admitted since.
  private(set) var awaitsKeyFrame = false

  /// - Parameters:
  ///   - limit: maximum bytes of frames that wait.
  ///   - maximumCount: maximum elements that wait, except those that are always appended.
  init(limit: Int = Self.defaultLimit, maximumCount: Int = .max) {
    self.limit = limit
    self.maximumCount = maximumCount
  }

  /// Whether there is no room for a further element, however small.
  var isFull: Bool { incoming.count + outgoing.count >= maximumCount }

  /// Whether frames were refused and there is room again: then a key frame is needed to continue.
  var needsKeyFrame: Bool {
    awaitsKeyFrame && bytes < limit / 2 && incoming.count + outgoing.count < maximumCount / 2
  }

  /// Whether `bytes` more fit.
  func hasRoom(for bytes: Int) -> Bool { self.bytes + bytes <= limit && !isFull }

  /// Whether a frame may be appended: it fits, and all that it depends on was admitted.
  mutating func admits(_ bytes: Int, isKeyFrame: Bool) -> Bool {
    let fits = hasRoom(for: bytes)
    if isKeyFrame, fits { awaitsKeyFrame = false }
    if !fits { awaitsKeyFrame = true }
    return !awaitsKeyFrame
  }

  /// Forgets that frames were refused: the next one is a key frame.
  mutating func restart() { awaitsKeyFrame = false }

  /// Appends an element, of as many bytes if it is a frame.
  mutating func append(_ element: Element, bytes: Int = 0) {
    incoming.append(Entry(element: element, bytes: bytes))
    self.bytes += bytes
  }

  /// Removes the oldest element.
  mutating func popFirst() -> Element? {
    if outgoing.isEmpty {
      outgoing = incoming.reversed()
      incoming = []
    }
    guard let first = outgoing.popLast() else { return nil }
    bytes -= first.bytes
    return first.element
  }

  /// Removes and returns, in order, the elements for which `isRemoved` is true.
  mutating func removeAll(where isRemoved: (Element) -> Bool) -> [Element] {
    var removed: [Element] = []
    var left: [Entry] = []
    for entry in outgoing.reversed() + incoming {
      if isRemoved(entry.element) {
        removed.append(entry.element)
        bytes -= entry.bytes
      } else {
        left.append(entry)
      }
    }
    (outgoing, incoming) = ([], left)
    return removed
  }

  /// Removes everything.
  mutating func clear() {
    (outgoing, incoming) = ([], [])
    bytes = 0
    awaitsKeyFrame = false
  }
}
