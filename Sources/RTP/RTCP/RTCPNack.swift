/// NACK: packets that were not received. Source: RFC 4585 §6.2.1.
public struct RTCPNack: Sendable, Hashable {
  /// A lost packet (PID), and which of the 16 after it are lost too (BLP).
  public struct Entry: Sendable, Hashable {
    public var packetID: SequenceNumber
    /// Bit i stands for packet `packetID` + i + 1.
    public var following: UInt16

    public init(packetID: SequenceNumber, following: UInt16 = 0) {
      self.packetID = packetID
      self.following = following
    }
  }

  public var sender: SSRC
  public var media: SSRC
  public var entries: [Entry]

  public init(sender: SSRC, media: SSRC, entries: [Entry]) {
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
