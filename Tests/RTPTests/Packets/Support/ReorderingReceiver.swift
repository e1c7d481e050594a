import Media
import TestSupport

@testable import RTP

/// Receives packets over a path with loss and reordering, and requests missing ones as Chromium does: as soon as as many
/// packets have overtaken one as is usual on this path (median), and again after each round trip.
final class ReorderingReceiver {
  private struct Missing {
    /// The sequence number whose arrival triggers the NACK.
    var nackAt: Int64
    var nackedAt: MediaTime?
  }

  private let loss: Double
  private let delay: MediaTime
  private let jitter: MediaTime
  private var random: SeededRandom
  private var inFlight: [(sequence: Int64, arrival: MediaTime)] = []
  private var nacks: [(nack: RTCPNack, arrival: MediaTime)] = []
  private var missing: [Int64: Missing] = [:]
  private var newest: Int64?
  /// The RTP timestamp of each packet's frame, and the packet's arrival.
  private var frames: [Int64: UInt32] = [:]
  private var arrivals: [Int64: MediaTime] = [:]
  /// How many packets arrived after being overtaken by so many others.
  private var overtaken = [Int](repeating: 0, count: 129)
  private var lastCheck = MediaTime.zero
  private var lost = 0
  private var requested = 0

  init(loss: Double, delay: MediaTime, jitter: MediaTime, seed: UInt64) {
    (self.loss, self.delay, self.jitter) = (loss, delay, jitter)
    random = SeededRandom(seed: seed)
  }

  /// Takes a packet that the sender has sent.
  func sent(_ bytes: [UInt8], now: MediaTime) {
    guard let header = try? RTPHeader(bytes.span, ids: Call.extensions) else { return }
    let sequence: Int64
    switch header.ssrc {
    case Call.videoSSRC:
      sequence = header.sequenceNumber.extended(near: newest ?? Int64(header.sequenceNumber.rawValue))
      frames[sequence] = header.timestamp.rawValue
    case Call.rtxSSRC:
      let start = header.payload.lowerBound
      let number = SequenceNumber(rawValue: UInt16(bytes[start]) << 8 | UInt16(bytes[start + 1]))
      sequence = number.extended(near: newest ?? 0)
    default: return
    }
    guard Double.random(in: 0..<1, using: &random) >= loss else {
      lost += 1
      return
    }
    let late = MediaTime(nanoseconds: Int64.random(in: 0...jitter.nanoseconds, using: &random))
    inFlight.append((sequence, now + delay + late))
  }

  /// The next NACK that has reached the sender by now.
  func nextNack(now: MediaTime) -> RTCPNack? {
    for (sequence, arrival) in inFlight.filter({ $0.arrival <= now }).sorted(by: { $0.arrival < $1.arrival }) {
      receive(sequence, at: arrival)
    }
    inFlight.removeAll { $0.arrival <= now }
    if now >= lastCheck + .milliseconds(20) {
      lastCheck = now
      request(missing.filter { $0.value.nackedAt.map { now - $0 >= roundTrip } ?? false }.map(\.key), now: now)
    }
    guard let first = nacks.first, first.arrival <= now else { return nil }
    return nacks.removeFirst().nack
  }

  /// The longest time between two frames that could be shown, and the numbers of lost and of requested packets.
  var result: (gap: MediaTime, lost: Int, requested: Int) {
    var shown: MediaTime?
    var gap = MediaTime.zero
    let byFrame = Dictionary(grouping: frames.keys.sorted()) { frames[$0]! }
    for sequences in byFrame.values.sorted(by: { $0[0] < $1[0] }).dropLast(20) {
      let complete = sequences.map { arrivals[$0] ?? .distantFuture }.max()!
      let now = max(complete, shown ?? complete)
      gap = max(gap, now - (shown ?? now))
      shown = now
    }
    return (gap, lost, requested)
  }

  private var roundTrip: MediaTime { delay + delay + jitter }

  private func receive(_ sequence: Int64, at time: MediaTime) {
    guard arrivals[sequence] == nil else { return }
    arrivals[sequence] = time
    guard let before = newest, sequence <= before else {
      for skipped in ((newest ?? sequence - 1) + 1)..<sequence {
        missing[skipped] = Missing(nackAt: skipped + medianReordering)
      }
      newest = sequence
      request(missing.filter { $0.value.nackedAt == nil && $0.value.nackAt <= sequence }.map(\.key), now: time)
      return
    }
    missing[sequence] = nil
    overtaken[min(128, Int(before - sequence))] += 1
  }

  /// Half of the overtaken packets were overtaken by at most this many others.
  private var medianReordering: Int64 {
    let half = overtaken.reduce(0, +) / 2
    var sum = 0
    return Int64(
      overtaken.firstIndex { count in
        sum += count
        return sum > half
      } ?? 0)
  }

  private func request(_ sequences: [Int64], now: MediaTime) {
    guard !sequences.isEmpty else { return }
    requested += sequences.count
    for sequence in sequences { missing[sequence]?.nackedAt = now }
    let entries = sequences.sorted().map {
      RTCPNack.Entry(packetID: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: $0)), following: 0)
    }
    nacks.append((RTCPNack(sender: 1, media: Call.videoSSRC, entries: entries), now + delay))
  }
}
