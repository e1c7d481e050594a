/// NACK: packets that were not received. Source: RFC 4585 §6.2.1.
package struct RTCPNack: Sendable, Hashable {
  /// A lost packet (PID), and which of the 16 after it are lost too (BLP).
  package struct Entry: Sendable, Hashable {
    package var packetID: SequenceNumber
    /// Bit i stands for packet `packetID` + i + 1.
    package var following: UInt16

    package init(packetID: SequenceNumber, following: UInt16 = 0) {
      self.packetID = packetID
      self.following = following
    }
  }

  package var sender: SSRC
  package var media: SSRC
  package var entries: [Entry]

  package init(sender: SSRC, media: SSRC, entries: [Entry]) {
    self.sender = sender
    self.media = media
    self.entries = entries
  }

  /// - Parameter lost: in ascending order.
  init(sender: SSRC, media: SSRC, lost: [SequenceNumber]) {
    self.init(sender: sender, media: media, entries: [])
    for number in lost {
      if let last = entries.last, case let ahead = number.distance(from: last.packetID), (1...16).contains(ahead) {
        entries[entries.count - 1].following |= 1 << (ahead - 1)
      } else {
        entries.append(Entry(packetID: number))
      }
    }
  }

  init(_ body: Span<UInt8>) throws(RTPError) {
    sender = try body.ssrc(at: 0)
    media = try body.ssrc(at: 4)
    guard body.count >= 12, body.count & 3 == 0 else { throw .length }
    entries = []
    entries.reserveCapacity((body.count - 8) / 4)
    for position in stride(from: 8, to: body.count, by: 4) {
      entries.append(
        Entry(
          packetID: SequenceNumber(rawValue: try body.uint16(at: position)),
          following: try body.uint16(at: position + 2)))
    }
  }

  func write(to writer: inout ByteWriter) {
    writer.append(sender)
    writer.append(media)
    for entry in entries {
      writer.append(entry.packetID.rawValue)
      writer.append(entry.following)
    }
  }
}

/// PLI: video was lost, and the receiver needs a key frame. Source: RFC 4585 §6.3.1.
package struct RTCPPictureLoss: Sendable, Hashable {
  package var sender: SSRC
  package var media: SSRC

  package init(sender: SSRC, media: SSRC) {
    self.sender = sender
    self.media = media
  }

  init(_ body: Span<UInt8>) throws(RTPError) {
    sender = try body.ssrc(at: 0)
    media = try body.ssrc(at: 4)
    guard body.count == 8 else { throw .length }
  }

  func write(to writer: inout ByteWriter) {
    writer.append(sender)
    writer.append(media)
  }
}

/// FIR: requests key frames of streams, for a new receiver. Source: RFC 5104 §4.3.1.
package struct RTCPFullIntraRequest: Sendable, Hashable {
  /// The request for one stream.
  package struct Entry: Sendable, Hashable {
    package var ssrc: SSRC
    /// Rises by one with each new request; an equal number is a repetition.
    package var commandNumber: UInt8

    package init(ssrc: SSRC, commandNumber: UInt8) {
      self.ssrc = ssrc
      self.commandNumber = commandNumber
    }
  }

  package var sender: SSRC
  package var entries: [Entry]

  package init(sender: SSRC, entries: [Entry]) {
    self.sender = sender
    self.entries = entries
  }

  init(_ body: Span<UInt8>) throws(RTPError) {
    sender = try body.ssrc(at: 0)
    guard body.count >= 16, body.count & 7 == 0 else { throw .length }
    entries = []
    for position in stride(from: 8, to: body.count, by: 8) {
      entries.append(Entry(ssrc: try body.ssrc(at: position), commandNumber: try body.byte(at: position + 4)))
    }
  }

  func write(to writer: inout ByteWriter) {
    writer.append(sender)
    writer.append(UInt32(0))
    for entry in entries {
      writer.append(entry.ssrc)
      writer.append(entry.commandNumber)
      writer.append24(0)
    }
  }
}

/// REMB: a receiver's estimate of the available bitrate. Source: draft-alvestrand-rmcat-remb-03 §2.2.
package struct RTCPMaximumBitrate: Sendable, Hashable {
  package var sender: SSRC
  /// Bits per second, of all the streams together. Written with 18 significant bits.
  package var bitrate: UInt64
  /// At most 255.
  package var ssrcs: [SSRC]

  package init(sender: SSRC, bitrate: UInt64, ssrcs: [SSRC]) {
    self.sender = sender
    self.bitrate = bitrate
    self.ssrcs = ssrcs
  }

  /// Whether an application-layer feedback packet has the identifier `REMB`.
  static func isOne(_ body: Span<UInt8>) -> Bool { (try? body.uint32(at: 8)) == 0x5245_4D42 }

  init(_ body: Span<UInt8>) throws(RTPError) {
    sender = try body.ssrc(at: 0)
    let count = Int(try body.byte(at: 12))
    let packed = UInt32(truncatingIfNeeded: try body.integer(at: 13, size: 3))
    let (exponent, mantissa) = (packed >> 18, UInt64(packed & 0x3FFFF))
    bitrate = mantissa << exponent
    guard bitrate >> exponent == mantissa else { throw .value }
    guard body.count == 16 + 4 * count else { throw .length }
    ssrcs = []
    for i in 0..<count { ssrcs.append(try body.ssrc(at: 16 + 4 * i)) }
  }

  func write(to writer: inout ByteWriter) {
    writer.append(sender)
    writer.append(UInt32(0))
    writer.append(UInt32(0x5245_4D42))
    writer.append(UInt8(min(ssrcs.count, 255)))
    let exponent = max(0, 64 - bitrate.leadingZeroBitCount - 18)
    writer.append24(UInt32(exponent) << 18 | UInt32(truncatingIfNeeded: bitrate >> exponent))
    for ssrc in ssrcs.prefix(255) { writer.append(ssrc) }
  }
}
