internal import Media

/// Reception statistics of one SSRC, for report blocks. Source: RFC 3550 §6.4.1, appendices A.1, A.3, A.8.
struct Reception {
  /// A larger jump ahead is a restart of the sequence, if the next packet confirms it.
  private static let dropoutLimit: Int64 = 3000
  /// Packets that are further behind are discarded: they are too old to place.
  private static let misorderLimit: Int64 = 1000

  /// Where a packet's sequence number belongs.
  enum Placement: Equatable {
    /// Without wrap-around.
    case at(Int64)
    /// The sequence restarts at another number; earlier packets no longer count.
    case restart(Int64)
    case implausible
  }

  private let ssrc: SSRC
  private let clockRate: Int
  private var base: Int64?
  private var highest: Int64 = 0
  private var packetsReceived: Int64 = 0
  private var expectedBefore: Int64 = 0
  private var receivedBefore: Int64 = 0
  /// The sequence number that would confirm a restart.
  private var restartCandidate: UInt16?
  private var transit: Int64?
  /// In timestamp units, times 16.
  private var scaledJitter: Int64 = 0
  private var lastSenderReport: (compact: UInt32, arrival: MediaTime)?

  init(ssrc: SSRC, clockRate: Int) {
    self.ssrc = ssrc
    self.clockRate = clockRate
  }

  /// Counts a packet.
  mutating func received(_ header: RTPHeader, now: MediaTime) -> Placement {
    guard base != nil else { return .restart(restart(header)) }
    let sequence = header.sequenceNumber.extended(near: highest)
    let ahead = sequence - highest
    if ahead > Self.dropoutLimit || ahead < -Self.misorderLimit {
      guard restartCandidate == header.sequenceNumber.rawValue else {
        restartCandidate = header.sequenceNumber.rawValue &+ 1
        return .implausible
      }
      return .restart(restart(header))
    }
    restartCandidate = nil
    packetsReceived += 1
    highest = max(highest, sequence)
    updateJitter(header.timestamp, now: now)
    return .at(sequence)
  }

  private mutating func restart(_ header: RTPHeader) -> Int64 {
    // One cycle up, so that packets before the first have positive numbers too.
    let sequence = Int64(header.sequenceNumber.rawValue) + 0x10000
    base = sequence
    highest = sequence
    packetsReceived = 1
    expectedBefore = 0
    receivedBefore = 0
    restartCandidate = nil
    transit = nil
    return sequence
  }

  /// The extended sequence number of the packet that a retransmission carries; nil when it is out of range.
  func place(_ number: SequenceNumber) -> Int64? {
    guard base != nil else { return nil }
    let sequence = number.extended(near: highest)
    return sequence <= highest && sequence > highest - Self.misorderLimit * 4 ? sequence : nil
  }

  private mutating func updateJitter(_ timestamp: RTPTimestamp, now: MediaTime) {
    let arrival = now.ticks(at: clockRate)
    let transit = arrival &- Int64(timestamp.rawValue)
    defer { self.transit = transit }
    guard let before = self.transit else { return }
    // The signed 32-bit difference, as timestamps wrap around.
    let difference = abs(Int64(Int32(truncatingIfNeeded: transit &- before)))
    scaledJitter += difference - (scaledJitter + 8) / 16
  }

  /// In timestamp units.
  var jitter: UInt32 { UInt32(truncatingIfNeeded: max(scaledJitter, 0) / 16) }

  var packetsLost: Int64 { base.map { highest - $0 + 1 - packetsReceived } ?? 0 }

  mutating func received(_ report: RTCPSenderReport, now: MediaTime) {
    lastSenderReport = (report.ntpTime.compact, now)
  }

  /// The next report block; nil before the first packet.
  mutating func report(now: MediaTime) -> RTCPReportBlock? {
    guard let base else { return nil }
    var block = RTCPReportBlock(ssrc: ssrc)
    let expected = highest - base + 1
    let expectedNow = expected - expectedBefore
    let lostNow = expectedNow - (packetsReceived - receivedBefore)
    expectedBefore = expected
    receivedBefore = packetsReceived
    if expectedNow > 0, lostNow > 0 { block.fractionLost = UInt8(min(255, lostNow * 256 / expectedNow)) }
    block.cumulativeLost = Int32(clamping: packetsLost)
    block.highestSequence = UInt32(truncatingIfNeeded: highest - 0x10000)
    block.jitter = jitter
    if let lastSenderReport {
      block.lastSenderReport = lastSenderReport.compact
      let delay = max(.zero, now - lastSenderReport.arrival)
      // Holds up to 18 hours.
      block.delaySinceLastSenderReport = UInt32(clamping: delay.ticks(at: 65536))
    }
    return block
  }
}
