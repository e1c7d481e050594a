internal import Media

/// The bits sent over the last seconds, for a bit rate that holds over such a span.
///
/// Bounded: bits are counted by hundredths of the span.
struct RateWindow {
  /// Bits a second. When it decreases, the bits already sent are scaled down: they were within the higher rate.
  var bitrate: Int {
    didSet {
      guard bitrate < oldValue else { return }
      let share = Double(bitrate) / Double(oldValue)
      for index in buckets.indices { buckets[index] = Int(Double(buckets[index]) * share) }
      used = buckets.reduce(0, +)
    }
  }
  /// The span over which the bit rate holds.
  let span: MediaTime
  private static let parts: Int64 = 100
  /// One more than the span has: the oldest bucket counts until all of it has left the span.
  private static let count = parts + 1
  private var buckets = [Int](repeating: 0, count: Int(count))
  private var newest: Int64 = .min
  private(set) var used = 0

  init(bitrate: Int, span: MediaTime) {
    self.bitrate = bitrate
    self.span = span
  }

  /// The most bits the span may hold.
  var limit: Int { Int(Double(bitrate) * span.seconds) }

  /// Bits that may be sent at `now` without the rate over the span rising above the bit rate; negative when it has.
  mutating func available(now: MediaTime) -> Int {
    advance(to: now)
    return limit - used
  }

  /// Counts `bits` sent at `now`.
  mutating func add(bits: Int, now: MediaTime) {
    advance(to: now)
    buckets[Int(newest % Self.count)] += bits
    used += bits
  }

  private mutating func advance(to now: MediaTime) {
    let bucket = now.nanoseconds / (span.nanoseconds / Self.parts)
    guard bucket > newest else { return }
    if newest == .min || bucket - newest >= Self.count {
      for index in buckets.indices { buckets[index] = 0 }
      used = 0
    } else {
      for passed in (newest + 1)...bucket {
        used -= buckets[Int(passed % Self.count)]
        buckets[Int(passed % Self.count)] = 0
      }
    }
    newest = bucket
  }
}
