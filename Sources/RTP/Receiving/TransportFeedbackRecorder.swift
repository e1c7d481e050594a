internal import Media

/// Records the arrival times of a transport's packets, for feedback ten times a second.
/// Source: draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.
struct TransportFeedbackRecorder {
  private static let interval = MediaTime.milliseconds(100)
  /// Packets in one feedback message, lost ones included: few enough to fit a datagram easily.
  private static let packetsPerFeedback = 400
  /// A larger jump restarts the sequence.
  private static let jumpLimit: Int64 = 8192

  /// The sequence number of the first packet in the next feedback.
  private var base: Int64?
  /// The arrival time of each packet from `base` on; nil for missing ones.
  private var arrivals = RingQueue<MediaTime?>()
  private var count: UInt8 = 0
  private var media = SSRC(rawValue: 0)
  /// When the next feedback is due; nil when no packet has arrived since the last one.
  private(set) var next: MediaTime?

  mutating func received(_ number: UInt16, of ssrc: SSRC, now: MediaTime) {
    let base = base ?? Int64(number) + 0x10000
    let sequence = SequenceNumber(rawValue: number).extended(near: base + Int64(arrivals.count))
    media = ssrc
    if next == nil { next = now + Self.interval }
    guard sequence - base < Self.jumpLimit, sequence - base > -Self.jumpLimit else {
      arrivals.removeAll()
      arrivals.append(now)
      self.base = sequence
      return
    }
    self.base = base
    // Packets already reported as lost stay lost.
    guard sequence >= base else { return }
    while Int64(arrivals.count) <= sequence - base { arrivals.append(nil) }
    arrivals[Int(sequence - base)] = now
  }

  /// The feedback that is due now.
  mutating func feedback(sender: SSRC, now: MediaTime) -> [RTCPTransportFeedback] {
    guard let next, next <= now else { return [] }
    self.next = nil
    var all: [RTCPTransportFeedback] = []
    while let feedback = nextFeedback(sender: sender) { all.append(feedback) }
    return all
  }

  private mutating func nextFeedback(sender: SSRC) -> RTCPTransportFeedback? {
    var position = 0
    while position < arrivals.count, arrivals[position] == nil { position += 1 }
    guard let base, position < arrivals.count, let first = arrivals[position] else { return nil }
    var feedback = RTCPTransportFeedback(
      sender: sender, media: media, base: SequenceNumber(rawValue: UInt16(truncatingIfNeeded: base)),
      referenceTime: (Int32(truncatingIfNeeded: first.nanoseconds / 64_000_000) << 8) >> 8, feedbackCount: count,
      arrivals: [])
    // Units of 250 µs since the clock's zero, so that rounding errors do not accumulate.
    var before = first.nanoseconds / 64_000_000 * 256
    while let arrival = arrivals.first, feedback.arrivals.count < Self.packetsPerFeedback {
      if let arrival {
        let units = arrival.nanoseconds / 250_000
        guard let delta = Int16(exactly: units - before) else { break }
        feedback.arrivals.append(delta)
        before = units
      } else {
        feedback.arrivals.append(nil)
      }
      arrivals.removeFirst()
      self.base = base + Int64(feedback.arrivals.count)
    }
    guard !feedback.arrivals.isEmpty else { return nil }
    count &+= 1
    return feedback
  }
}
