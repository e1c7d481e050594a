/// FIR: requests key frames of streams, for a new receiver. Source: RFC 5104 §4.3.1.
public struct RTCPFullIntraRequest: Sendable, Hashable {
  /// The request for one stream.
  public struct Entry: Sendable, Hashable {
    public var ssrc: SSRC
    /// Rises by one with each new request; an equal number is a repetition.
    public var commandNumber: UInt8

    public init(ssrc: SSRC, commandNumber: UInt8) {
      self.ssrc = ssrc
      self.commandNumber = commandNumber
    }
  }

  public var sender: SSRC
  public var entries: [Entry]

  public init(sender: SSRC, entries: [Entry]) {
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
