/// The acknowledgements that one side waits for.
struct PendingAcknowledgements: Sendable {
  struct Key: Hashable, Sendable {
    let namespace: String
    let id: UInt64
  }

  private var deadlines: [Key: MonotonicTime] = [:]
  private var last: UInt64
  private let limit: Int

  /// - Parameter last: the number before the first one assigned.
  init(limit: Int, last: UInt64 = 0) {
    self.limit = limit
    self.last = last
  }

  /// Assigns the next number; nil if too many acknowledgements are pending.
  mutating func add(namespace: String, until deadline: MonotonicTime) -> UInt64? {
    guard deadlines.count < limit else { return nil }
    last += 1
    deadlines[Key(namespace: namespace, id: last)] = deadline
    return last
  }

  /// Returns whether it was pending.
  mutating func remove(namespace: String, id: UInt64) -> Bool {
    deadlines.removeValue(forKey: Key(namespace: namespace, id: id)) != nil
  }

  /// Removes those of a namespace and returns them in order.
  mutating func removeAll(in namespace: String) -> [Key] { removeAll { key, _ in key.namespace == namespace } }

  /// Removes those whose deadline has passed and returns them in order.
  mutating func removeAll(until now: MonotonicTime) -> [Key] { removeAll { _, deadline in deadline <= now } }

  private mutating func removeAll(where matches: (Key, MonotonicTime) -> Bool) -> [Key] {
    guard !deadlines.isEmpty else { return [] }
    let keys = deadlines.filter { matches($0.key, $0.value) }.keys.sorted { $0.id < $1.id }
    for key in keys { deadlines[key] = nil }
    return keys
  }

  var deadline: MonotonicTime? { deadlines.values.min() }
}
