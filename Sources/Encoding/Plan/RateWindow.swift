internal import Media

/// What was sent over the last ten seconds, for a bit rate that is an average over ten seconds.
///
/// Bounded: bits are kept by tenths of a second.
struct RateWindow {
  /// The span the average is over.
  static let span = MediaTime.seconds(10)
  private static let bucketNanoseconds: Int64 = 100_000_000

  /// Bits a second.
  let bitrate: Int
  /// One more than ten seconds hold: the oldest is part of them until its last bit is not.
  private static let count: Int64 = 101
  private var buckets = [Int](repeating: 0, count: Int(count))
  private var newest: Int64 = .min
  private(set) var used = 0

  init(bitrate: Int) { self.bitrate = bitrate }

  /// The most bits the span may hold.
  var limit: Int { bitrate * 10 }

  /// Bits that may be sent at `now` without the average rising above the bit rate; negative when it has.
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
    let bucket = now.nanoseconds / Self.bucketNanoseconds
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
