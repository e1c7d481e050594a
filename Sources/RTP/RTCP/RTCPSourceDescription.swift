/// SDES: describes streams, mainly by CNAME. Source: RFC 3550 §6.5.
package struct RTCPSourceDescription: Sendable, Hashable {
  /// The items of one stream.
  package struct Chunk: Sendable, Hashable {
    package var ssrc: SSRC
    /// Each has a type, of which 1 is CNAME, and at most 255 bytes of text.
    package var items: [Item]

    package init(ssrc: SSRC, items: [Item]) {
      self.ssrc = ssrc
      self.items = items
    }

    /// The name common to all streams of one clock.
    package var cname: String? {
      items.first { $0.type == Item.cname }.map { String(decoding: $0.text, as: UTF8.self) }
    }
  }

  /// One SDES item.
  package struct Item: Sendable, Hashable {
    package static let cname: UInt8 = 1
    package var type: UInt8
    package var text: [UInt8]

    package init(type: UInt8, text: [UInt8]) {
      self.type = type
      self.text = text
    }
  }

  /// At most 31.
  package var chunks: [Chunk]

  package init(chunks: [Chunk]) { self.chunks = chunks }

  /// Contains only CNAMEs.
  init(cname: String, of streams: [SSRC]) {
    let item = Item(type: Item.cname, text: [UInt8](cname.utf8.prefix(255)))
    chunks = streams.prefix(31).map { Chunk(ssrc: $0, items: [item]) }
  }

  init(_ body: Span<UInt8>, count: Int) throws(RTPError) {
    chunks = []
    var position = 0
    for _ in 0..<count {
      let ssrc = try body.ssrc(at: position)
      position += 4
      var items: [Item] = []
      while true {
        let type = try body.byte(at: position)
        if type == 0 { break }
        let length = Int(try body.byte(at: position + 1))
        items.append(Item(type: type, text: try body.bytes(in: position + 2..<position + 2 + length)))
        position += 2 + length
      }
      chunks.append(Chunk(ssrc: ssrc, items: items))
      // At least one zero byte ends the list; more pad it to a full word.
      position = (position / 4 + 1) * 4
      guard position <= body.count else { throw .truncated }
    }
  }

  /// - Returns: the number of chunks written.
  func write(to writer: inout ByteWriter) -> UInt8 {
    for chunk in chunks.prefix(31) {
      writer.append(chunk.ssrc)
      var size = 0
      for item in chunk.items where item.type != 0 {
        let text = item.text.prefix(255)
        writer.append(item.type)
        writer.append(UInt8(text.count))
        writer.append([UInt8](text))
        size += 2 + text.count
      }
      writer.append(zeros: 4 - size & 3)
    }
    return UInt8(min(chunks.count, 31))
  }
}

/// BYE: streams that end. Source: RFC 3550 §6.6.
package struct RTCPGoodbye: Sendable, Hashable {
  /// At most 31.
  package var ssrcs: [SSRC]
  /// At most 255 bytes; nil for none.
  package var reason: [UInt8]?

  package init(ssrcs: [SSRC], reason: [UInt8]? = nil) {
    self.ssrcs = ssrcs
    self.reason = reason
  }

  init(_ body: Span<UInt8>, count: Int) throws(RTPError) {
    guard 4 * count <= body.count else { throw .truncated }
    ssrcs = []
    for i in 0..<count { ssrcs.append(try body.ssrc(at: 4 * i)) }
    guard body.count > 4 * count else { return }
    let start = 4 * count + 1
    reason = try body.bytes(in: start..<start + Int(body[start - 1]))
  }

  /// - Returns: the number of streams written.
  func write(to writer: inout ByteWriter) -> UInt8 {
    for ssrc in ssrcs.prefix(31) { writer.append(ssrc) }
    if let text = reason?.prefix(255) {
      writer.append(UInt8(text.count))
      writer.append([UInt8](text))
    }
    return UInt8(min(ssrcs.count, 31))
  }
}
