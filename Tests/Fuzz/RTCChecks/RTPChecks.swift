import Media
import RTP

/// Properties of arbitrary packets; a violation traps.
enum RTPChecks {
  /// Reads a header: its ranges are within the packet.
  static func checkRTP(_ bytes: [UInt8]) {
    for isLong in [false, true] {
      var ids = RTPHeaderExtensionIDs()
      for (index, name) in RTPHeaderExtension.allCases.enumerated() { ids[name] = UInt8(index + (isLong ? 14 : 1)) }
      guard let header = try? RTPHeader(bytes.span, ids: ids) else { continue }
      precondition(header.payload.lowerBound >= 12 && header.payload.upperBound <= bytes.count)
      for text in [header.extensions.mid, header.extensions.rid] {
        guard let text else { continue }
        precondition(!text.isEmpty && text.lowerBound >= 16 && text.upperBound <= header.payload.lowerBound)
      }
      if let delay = header.extensions.playoutDelay { precondition(delay.minimum <= 4095 && delay.maximum <= 4095) }
      checkPayload(Array(bytes[header.payload]))
    }
  }

  /// Reads a compound: each packet is the same after writing and reading it again.
  static func checkRTCP(_ bytes: [UInt8]) {
    var reader = RTCPReader()
    var steps = 0
    while steps <= bytes.count {
      steps += 1
      do {
        guard let packet = try reader.next(in: bytes.span) else { return }
        let written = packet.bytes
        var again = RTCPReader()
        let read = try? again.next(in: written.span)
        precondition(read == packet, "\(packet) became \(String(describing: read))")
        precondition(written.count & 3 == 0)
      } catch {}
    }
    fatalError("more packets than bytes")
  }

  /// Reads payloads as VP8, as Opus and as Opus with redundancy.
  static func checkPayload(_ bytes: [UInt8]) {
    if let descriptor = try? VP8Descriptor(bytes.span) {
      precondition(descriptor.size >= 1 && descriptor.size <= min(bytes.count, 6))
      precondition(descriptor.pictureID ?? 0 < 0x8000)
    }
    if let fragment = try? VP8Depacketizer.fragment(bytes.span) {
      precondition(!fragment.data.isEmpty && fragment.data.upperBound == bytes.count)
      let size = VP8FrameHeader(bytes.span.extracting(fragment.data))?.size
      precondition(size == nil || size!.width < 0x4000 && size!.height < 0x4000)
    }
    if (try? OpusDepacketizer.fragment(bytes.span)) != nil {
      precondition((120...5760).contains(OpusPacket.duration(bytes.span) ?? 0))
    }
    if let fragment = try? REDDepacketizer.fragment(bytes.span) {
      precondition(fragment.data.lowerBound >= 1 && fragment.data.upperBound == bytes.count)
      precondition((120...5760).contains(OpusPacket.duration(bytes.span.extracting(fragment.data)) ?? 0))
    }
  }
}
