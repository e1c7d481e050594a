internal import Media

/// What was sent over the last seconds, for a bit rate that holds over a span of some seconds.
///
/// Bounded: bits are kept by hundredths of the span.
struct RateWindow {
  /// Bits a second. What was sent by a higher rate was within that, and is not held against a lower one.
  var bitrate: Int {
    didSet {
      guard bitrate < oldValue else { return }
      let share = Double(bitrate) / Double(oldValue)
      for index in buckets.indices { buckets[index] = Int(Double(buckets[index]) * share) }
      used = buckets.reduce(0, +)
    }
  }
  /// What the bit rate is over.
  let span: MediaTime
  private static let parts: Int64 = 100
  /// One more than the span holds: the oldest is part of it until its last bit is not.
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

  /// Takes account of `bits` sent at `now`.
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
