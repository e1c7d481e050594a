/// The arrival times of a transport's packets. Source: draft-holmer-rmcat-transport-wide-cc-extensions-01 §3.1.
package struct RTCPTransportFeedback: Sendable, Hashable {
  package var sender: SSRC
  package var media: SSRC
  /// The transport-wide sequence number of the first packet.
  package var base: SequenceNumber
  /// Signed, 24 bits, in units of 64 ms since an arbitrary start.
  package var referenceTime: Int32
  /// Rises by one with each feedback packet.
  package var feedbackCount: UInt8
  /// One entry per packet from `base` on: nil when it was not received, else the time since the previous arrival (or
  /// the reference time) in units of 250 µs. At least one and at most `statusLimit` entries.
  package var arrivals: [Int16?]

  /// A few bytes could declare 65535 lost packets. This many are more than any rate here needs.
  static let statusLimit = 0x4000

  package init(
    sender: SSRC, media: SSRC, base: SequenceNumber, referenceTime: Int32, feedbackCount: UInt8, arrivals: [Int16?]
  ) {
    self.sender = sender
    self.media = media
    self.base = base
    self.referenceTime = referenceTime
    self.feedbackCount = feedbackCount
    self.arrivals = arrivals
  }

  /// The two-bit status of a packet.
  private enum Symbol: UInt16 {
    case notReceived = 0
    /// One unsigned byte.
    case smallDelta = 1
    /// Two signed bytes.
    case largeDelta = 2

    init(_ delta: Int16?) {
      switch delta {
      case nil: self = .notReceived
      case .some(0...255): self = .smallDelta
      case .some: self = .largeDelta
      }
    }
  }

  init(_ body: Span<UInt8>) throws(RTPError) {
    sender = try body.ssrc(at: 0)
    media = try body.ssrc(at: 4)
    base = SequenceNumber(rawValue: try body.uint16(at: 8))
    let count = Int(try body.uint16(at: 10))
    guard count > 0, count <= Self.statusLimit else { throw .value }
    referenceTime = (Int32(truncatingIfNeeded: try body.integer(at: 12, size: 3)) << 8) >> 8
    feedbackCount = try body.byte(at: 15)
    var position = 16
    var symbols: [Symbol] = []
    symbols.reserveCapacity(count)
    while symbols.count < count {
      let chunk = try body.uint16(at: position)
      position += 2
      let left = count - symbols.count
      switch chunk >> 14 {
      case 0, 1:
        guard let symbol = Symbol(rawValue: chunk >> 13 & 3) else { throw .value }
        symbols += repeatElement(symbol, count: min(Int(chunk & 0x1FFF), left))
        guard chunk & 0x1FFF > 0 else { throw .length }
      case 2:
        for bit in 0..<min(14, left) { symbols.append(chunk >> (13 - bit) & 1 == 0 ? .notReceived : .smallDelta) }
      default:
        for pair in 0..<min(7, left) {
          guard let symbol = Symbol(rawValue: chunk >> (12 - 2 * pair) & 3) else { throw .value }
          symbols.append(symbol)
        }
      }
    }
    arrivals = []
    arrivals.reserveCapacity(count)
    for symbol in symbols {
      switch symbol {
      case .notReceived: arrivals.append(nil)
      case .smallDelta:
        arrivals.append(Int16(try body.byte(at: position)))
        position += 1
      case .largeDelta:
        arrivals.append(Int16(bitPattern: try body.uint16(at: position)))
        position += 2
      }
    }
  }

  func write(to writer: inout ByteWriter) {
    writer.append(sender)
    writer.append(media)
    writer.append(base.rawValue)
    writer.append(UInt16(arrivals.count))
    writer.append24(UInt32(bitPattern: referenceTime))
    writer.append(feedbackCount)
    var position = 0
    while position < arrivals.count { position += writeChunk(from: position, to: &writer) }
    for case let delta? in arrivals {
      if (0...255).contains(delta) {
        writer.append(UInt8(truncatingIfNeeded: delta))
      } else {
        writer.append(UInt16(bitPattern: delta))
      }
    }
  }

  /// Writes the chunk that covers the most packets: a run, 14 packets of one bit, or 7 of two bits.
  /// - Returns: the number of packets covered.
  private func writeChunk(from start: Int, to writer: inout ByteWriter) -> Int {
    let first = Symbol(arrivals[start])
    var run = 1
    while run < 0x1FFF, start + run < arrivals.count, Symbol(arrivals[start + run]) == first { run += 1 }
    var single = 0
    while single < 14, start + single < arrivals.count, Symbol(arrivals[start + single]) != .largeDelta { single += 1 }
    // A partly filled vector is only allowed at the end of the list.
    let isLast = start + single == arrivals.count
    if run >= 14 || (run >= 7 && single < 14 && !isLast) || start + run == arrivals.count {
      writer.append(first.rawValue << 13 | UInt16(run))
      return run
    }
    var chunk: UInt16
    let covered: Int
    if single == 14 || isLast {
      chunk = 0x8000
      covered = single
      for i in 0..<covered { chunk |= Symbol(arrivals[start + i]).rawValue << (13 - i) }
    } else {
      chunk = 0xC000
      covered = min(7, arrivals.count - start)
      for i in 0..<covered { chunk |= Symbol(arrivals[start + i]).rawValue << (12 - 2 * i) }
    }
    writer.append(chunk)
    return covered
  }
}
