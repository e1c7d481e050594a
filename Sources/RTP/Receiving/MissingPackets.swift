internal import Media

/// Packets that have not come, and when they were asked for.
struct MissingPackets {
  /// More missing at once are not asked for: a key frame is cheaper.
  static let limit = 1000
  /// A packet that only was overtaken needs no asking: how long at least, and at most, it is waited for.
  private static let patience = (MediaTime.milliseconds(10), MediaTime.milliseconds(60))
  private static let attempts = 10
  private static let ageLimit = MediaTime.seconds(2)

  private struct Entry {
    var sequence: Int64
    var noticed: MediaTime
    var asked: MediaTime?
    var attempts = 0
  }

  /// How long a gap may last when nothing is asked for.
  private let wait: MediaTime
  private let asks: Bool
  /// As long as overtaken packets have taken.
  private var patience = Self.patience.0
  /// In the order of the sequence.
  private var entries: [Entry] = []

  /// - Parameters:
  ///   - asks: whether lost packets may be asked for.
  ///   - wait: how long to wait for a packet otherwise.
  init(asks: Bool, wait: MediaTime) {
    self.asks = asks
    self.wait = wait
  }

  var isEmpty: Bool { entries.isEmpty }
  var count: Int { entries.count }

  /// Adds packets behind all that are in it.
  /// - Returns: whether there is room.
  mutating func add(_ range: Range<Int64>, now: MediaTime) -> Bool {
    guard entries.count + range.count <= Self.limit else { return false }
    for sequence in range { entries.append(Entry(sequence: sequence, noticed: now)) }
    return true
  }

  /// A packet has come.
  /// - Parameter wasOvertaken: whether it came of itself.
  mutating func remove(_ sequence: Int64, wasOvertaken: Bool, now: MediaTime) {
    let index = firstIndex(from: sequence)
    guard index < entries.count, entries[index].sequence == sequence else { return }
    let entry = entries.remove(at: index)
    guard wasOvertaken else { return }
    patience = min(max(patience, now - entry.noticed + .milliseconds(5)), Self.patience.1)
  }

  mutating func removeAll(before sequence: Int64) { entries.removeFirst(firstIndex(from: sequence)) }

  mutating func removeAll() { entries.removeAll() }

  /// Whether the first has been waited for long enough.
  func hasExpired(now: MediaTime) -> Bool {
    guard let first = entries.first else { return false }
    return now >= expiry(first)
  }

  /// The packets to ask for now, which then counts as done.
  mutating func due(roundTrip: MediaTime, now: MediaTime) -> [Int64] {
    guard asks else { return [] }
    var due: [Int64] = []
    for i in entries.indices where entries[i].attempts < Self.attempts && time(entries[i], roundTrip) <= now {
      entries[i].asked = now
      entries[i].attempts += 1
      due.append(entries[i].sequence)
    }
    return due
  }

  /// When something is due, or the first expires.
  func wake(roundTrip: MediaTime) -> MediaTime {
    guard let first = entries.first else { return .distantFuture }
    var wake = expiry(first)
    guard asks else { return wake }
    for entry in entries where entry.attempts < Self.attempts { wake = min(wake, time(entry, roundTrip)) }
    return wake
  }

  /// When an entry is to be asked for next: a sender sends nothing twice within a round trip.
  private func time(_ entry: Entry, _ roundTrip: MediaTime) -> MediaTime {
    guard let asked = entry.asked else { return entry.noticed + patience }
    return asked + MediaTime(nanoseconds: roundTrip.nanoseconds * 5 / 4) + patience
  }

  private func expiry(_ entry: Entry) -> MediaTime { entry.noticed + (asks ? Self.ageLimit : wait) }

  private func firstIndex(from sequence: Int64) -> Int {
    var low = 0
    var high = entries.count
    while low < high {
      let middle = (low + high) / 2
      if entries[middle].sequence < sequence { low = middle + 1 } else { high = middle }
    }
    return low
  }
}
