import Media
import TestSupport

/// The properties of an emulated network path.
struct PathConditions {
  var delay = MediaTime.milliseconds(20)
  /// Maximum additional delay, uniformly distributed; packets keep their order unless `reorders`.
  var jitter = MediaTime.zero
  var reorders = false
  /// 0 to 1.
  var loss = 0.0
  var duplication = 0.0
  /// Bits per second; the excess waits in a queue of `queueLimit`, beyond which packets are lost.
  var rate: Int?
  var queueLimit = MediaTime.milliseconds(300)
}

/// One direction of a network, in virtual time.
struct EmulatedPath {
  struct Packet {
    var bytes: [UInt8]
    var isRTCP: Bool
    var arrival: MediaTime
  }

  var conditions: PathConditions
  private(set) var sent = 0
  private(set) var lost = 0
  private var random: SeededRandom
  private var packets: [Packet] = []
  private var lastArrival = MediaTime.zero
  private var busyUntil = MediaTime.zero

  init(_ conditions: PathConditions, seed: UInt64) {
    self.conditions = conditions
    random = SeededRandom(seed: seed)
  }

  mutating func send(_ bytes: [UInt8], isRTCP: Bool, now: MediaTime) {
    sent += 1
    if Double.random(in: 0..<1, using: &random) < conditions.loss {
      lost += 1
      return
    }
    var leaves = now
    if let rate = conditions.rate {
      let begins = max(now, busyUntil)
      guard begins - now <= conditions.queueLimit else {
        lost += 1
        return
      }
      busyUntil = begins + MediaTime(nanoseconds: Int64(bytes.count + 28) * 8_000_000_000 / Int64(rate))
      leaves = busyUntil
    }
    deliver(bytes, isRTCP: isRTCP, leaving: leaves)
    if Double.random(in: 0..<1, using: &random) < conditions.duplication {
      deliver(bytes, isRTCP: isRTCP, leaving: leaves)
    }
  }

  private mutating func deliver(_ bytes: [UInt8], isRTCP: Bool, leaving: MediaTime) {
    let jitter = conditions.jitter.nanoseconds
    var arrival = leaving + conditions.delay
    if jitter > 0 { arrival += MediaTime(nanoseconds: Int64.random(in: 0...jitter, using: &random)) }
    if !conditions.reorders { arrival = max(arrival, lastArrival) }
    lastArrival = arrival
    let index = packets.lastIndex { $0.arrival <= arrival }.map { $0 + 1 } ?? 0
    packets.insert(Packet(bytes: bytes, isRTCP: isRTCP, arrival: arrival), at: index)
  }

  var nextArrival: MediaTime { packets.first?.arrival ?? .distantFuture }

  mutating func arrived(now: MediaTime) -> Packet? {
    guard let first = packets.first, first.arrival <= now else { return nil }
    return packets.removeFirst()
  }
}
