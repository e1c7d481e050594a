internal import Media

/// Packets not received yet, and when they were requested (NACK).
struct MissingPackets {
  /// More missing packets than this are not requested: a key frame is cheaper.
  static let limit = 1000
  /// How long to wait before the first request, because a packet may only be reordered: the shortest and the longest
  /// time.
  private static let reorderWaitLimits = (minimum: MediaTime.milliseconds(10), maximum: MediaTime.milliseconds(60))
  private static let attempts = 10
  private static let ageLimit = MediaTime.seconds(2)

  private struct Entry {
    var sequence: Int64
    var noticed: MediaTime
    var requested: MediaTime?
    var attempts = 0
  }

  /// How long a gap may last without NACK.
  private let wait: MediaTime
  private let usesNACK: Bool
  /// Adapts to the delay that reordered packets have had.
  private var reorderWait = Self.reorderWaitLimits.minimum
  /// Ordered by sequence number.
  private var entries: [Entry] = []

  /// - Parameters:
  ///   - usesNACK: whether lost packets may be requested.
  ///   - wait: how long to wait for a packet otherwise.
  init(usesNACK: Bool, wait: MediaTime) {
    self.usesNACK = usesNACK
    self.wait = wait
  }

  var isEmpty: Bool { entries.isEmpty }
  var count: Int { entries.count }

  /// Adds packets that follow all present ones.
  /// - Returns: false when there is no room.
  mutating func add(_ range: Range<Int64>, now: MediaTime) -> Bool {
    guard entries.count + range.count <= Self.limit else { return false }
    for sequence in range { entries.append(Entry(sequence: sequence, noticed: now)) }
    return true
  }

  /// A packet has arrived.
  /// - Parameter wasReordered: whether it came late by itself rather than as a retransmission.
  mutating func remove(_ sequence: Int64, wasReordered: Bool, now: MediaTime) {
    let index = firstIndex(from: sequence)
    guard index < entries.count, entries[index].sequence == sequence else { return }
    let entry = entries.remove(at: index)
    guard wasReordered else { return }
    reorderWait = min(max(reorderWait, now - entry.noticed + .milliseconds(5)), Self.reorderWaitLimits.maximum)
  }

  mutating func removeAll(before sequence: Int64) { entries.removeFirst(firstIndex(from: sequence)) }

  mutating func removeAll() { entries.removeAll() }

  /// Whether the wait for the first packet has timed out.
  func hasExpired(now: MediaTime) -> Bool {
    guard let first = entries.first else { return false }
    return now >= expiry(first)
  }

  /// The packets to request now; they count as requested.
  mutating func due(roundTrip: MediaTime, now: MediaTime) -> [Int64] {
    guard usesNACK else { return [] }
    var due: [Int64] = []
    for i in entries.indices where entries[i].attempts < Self.attempts && time(entries[i], roundTrip) <= now {
      entries[i].requested = now
      entries[i].attempts += 1
      due.append(entries[i].sequence)
    }
    return due
  }

  /// When a request is due or the first packet expires.
  func wake(roundTrip: MediaTime) -> MediaTime {
    guard let first = entries.first else { return .distantFuture }
    var wake = expiry(first)
    guard usesNACK else { return wake }
    for entry in entries where entry.attempts < Self.attempts { wake = min(wake, time(entry, roundTrip)) }
    return wake
  }

  /// When to request an entry next: a sender retransmits a packet at most once per round trip.
  private func time(_ entry: Entry, _ roundTrip: MediaTime) -> MediaTime {
    guard let requested = entry.requested else { return entry.noticed + reorderWait }
    return requested + MediaTime(nanoseconds: roundTrip.nanoseconds * 5 / 4) + reorderWait
  }

  private func expiry(_ entry: Entry) -> MediaTime { entry.noticed + (usesNACK ? Self.ageLimit : wait) }

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

/// Requests a key frame from the sender, repeatedly and at intervals, until one arrives.
struct KeyFrameRequest {
  private static let interval = MediaTime.milliseconds(500)

  private var neededFrom: MediaTime?
  private var lastSent: MediaTime?
  private(set) var commandNumber: UInt8 = 0

  /// A key frame is needed unless one arrives before `time`.
  mutating func need(from time: MediaTime) { neededFrom = min(neededFrom ?? time, time) }

  mutating func satisfied() { neededFrom = nil }

  /// When to send the next request; `.distantFuture` for none.
  var wake: MediaTime {
    guard let neededFrom else { return .distantFuture }
    return lastSent.map { max($0 + Self.interval, neededFrom) } ?? neededFrom
  }

  /// - Returns: whether to send a request now; if so, it counts as sent.
  mutating func isDue(now: MediaTime) -> Bool {
    guard wake <= now else { return false }
    lastSent = now
    commandNumber &+= 1
    return true
  }
}
