/// The acknowledgements that one side waits for.
struct PendingAcknowledgements: Sendable {
  struct Key: Hashable, Sendable {
    let namespace: String
    let id: UInt64
  }

  private var deadlines: [Key: MonotonicTime] = [:]
  private var last: UInt64
  private let limit: Int

  /// - Parameter last: the number before the first that is given.
  init(limit: Int, last: UInt64 = 0) {
    self.limit = limit
    self.last = last
  }

  /// The number for an event; nil when too many are waited for.
  mutating func add(namespace: String, until deadline: MonotonicTime) -> UInt64? {
    guard deadlines.count < limit else { return nil }
    last += 1
    deadlines[Key(namespace: namespace, id: last)] = deadline
    return last
  }

  /// Whether it was waited for.
  mutating func remove(namespace: String, id: UInt64) -> Bool {
    deadlines.removeValue(forKey: Key(namespace: namespace, id: id)) != nil
  }

  /// Takes out those of a namespace, in their order.
  mutating func removeAll(in namespace: String) -> [Key] { removeAll { key, _ in key.namespace == namespace } }

  /// Takes out those whose time is over, in their order.
  mutating func removeAll(until now: MonotonicTime) -> [Key] { removeAll { _, deadline in deadline <= now } }

  private mutating func removeAll(where matches: (Key, MonotonicTime) -> Bool) -> [Key] {
    guard !deadlines.isEmpty else { return [] }
    let keys = deadlines.filter { matches($0.key, $0.value) }.keys.sorted { $0.id < $1.id }
    for key in keys { deadlines[key] = nil }
    return keys
  }

  var deadline: MonotonicTime? { deadlines.values.min() }
}
