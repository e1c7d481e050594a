import Media
import TestSupport

@testable import RTP

/// Takes packets by a path that loses some and lets others overtake each other, and asks for missing ones as Chromium does:
/// as soon as as many have come after one as is usual among those that were overtaken, and again after each round trip.
final class EagerReceiver {
  private struct Missing {
    var askAt: Int64
    var asked: MediaTime?
  }

  private let loss: Double
  private let delay: MediaTime
  private let jitter: MediaTime
  private var random: SeededRandom
  private var onTheWay: [(sequence: Int64, arrival: MediaTime)] = []
  private var nacks: [(nack: RTCPNack, arrival: MediaTime)] = []
  private var missing: [Int64: Missing] = [:]
  private var newest: Int64?
  /// Of each packet, the frame that it is of, and when it came.
  private var frames: [Int64: UInt32] = [:]
  private var arrivals: [Int64: MediaTime] = [:]
  private var overtaken = [Int](repeating: 0, count: 129)
  private var looked = MediaTime.zero
  private var lost = 0
  private var asked = 0

  init(loss: Double, delay: MediaTime, jitter: MediaTime, seed: UInt64) {
    (self.loss, self.delay, self.jitter) = (loss, delay, jitter)
    random = SeededRandom(seed: seed)
  }

  /// A packet sets out.
  func departed(_ bytes: [UInt8], now: MediaTime) {
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
    onTheWay.append((sequence, now + delay + late))
  }

  /// The next request that the sender has by now.
  func nextNack(now: MediaTime) -> RTCPNack? {
    for (sequence, arrival) in onTheWay.filter({ $0.arrival <= now }).sorted(by: { $0.arrival < $1.arrival }) {
      take(sequence, at: arrival)
    }
    onTheWay.removeAll { $0.arrival <= now }
    if now >= looked + .milliseconds(20) {
      looked = now
      ask(for: missing.filter { $0.value.asked.map { now - $0 >= roundTrip } ?? false }.map(\.key), now: now)
    }
    guard let first = nacks.first, first.arrival <= now else { return nil }
    return nacks.removeFirst().nack
  }

  /// The longest time from one frame that could be shown to the next, packets that were lost, and those asked for.
  var result: (gap: MediaTime, lost: Int, asked: Int) {
    var shown: MediaTime?
    var gap = MediaTime.zero
    let byFrame = Dictionary(grouping: frames.keys.sorted()) { frames[$0]! }
    for sequences in byFrame.values.sorted(by: { $0[0] < $1[0] }).dropLast(20) {
      let complete = sequences.map { arrivals[$0] ?? .distantFuture }.max()!
      let now = max(complete, shown ?? complete)
      gap = max(gap, now - (shown ?? now))
      shown = now
    }
    return (gap, lost, asked)
  }

  private var roundTrip: MediaTime { delay + delay + jitter }

  private func take(_ sequence: Int64, at time: MediaTime) {
    guard arrivals[sequence] == nil else { return }
    arrivals[sequence] = time
    guard let before = newest, sequence <= before else {
      for skipped in ((newest ?? sequence - 1) + 1)..<sequence {
        missing[skipped] = Missing(askAt: skipped + usualLead)
      }
      newest = sequence
      ask(for: missing.filter { $0.value.asked == nil && $0.value.askAt <= sequence }.map(\.key), now: time)
      return
    }
    missing[sequence] = nil
    overtaken[min(128, Int(before - sequence))] += 1
  }

  /// Half of those that were overtaken came by then.
  private var usualLead: Int64 {
    let half = overtaken.reduce(0, +) / 2
    var sum = 0
    return Int64(
      overtaken.firstIndex { count in
        sum += count
        return sum > half
      } ?? 0)
  }

  private func ask(for sequences: [Int64], now: MediaTime) {
    guard !sequences.isEmpty else { return }
    asked += sequences.count
    for sequence in sequences { missing[sequence]?.asked = now }
    let entries = sequences.sorted().map {
      RTCPNack.Entry(packetID: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: $0)), following: 0)
    }
    nacks.append((RTCPNack(sender: 1, media: Call.videoSSRC, entries: entries), now + delay))
  }
}
