internal import Media

/// The receiving half of a session: assigns each packet to its stream and produces the feedback for the remote end.
struct ReceiveSide {
  /// More receivers than this are a programming error.
  private static let streamLimit = 64

  /// The negotiated identifiers of header extensions.
  var extensions: RTPHeaderExtensionIDs
  private var streams: [ReceiveStream?] = []
  /// At most two entries per stream. Source: RFC 9143 §9.2, which asks for a bound.
  private var bindings: [SSRC: (stream: ReceiveStream, isRTX: Bool)] = [:]
  private var recorder = TransportFeedbackRecorder()
  private var events = RTPEventQueue()
  private(set) var counters = RTPTransportCounters()
  private var generation: UInt32 = 0

  init(extensions: RTPHeaderExtensionIDs) { self.extensions = extensions }

  /// The known SSRCs, and the packets that are missing.
  var bindingCount: Int { bindings.count }
  var missingCount: Int { streams.reduce(0) { $0 + ($1?.missingCount ?? 0) } }

  func stream(_ id: RTPReceiverID) -> ReceiveStream? {
    guard id.index < streams.count, let stream = streams[id.index], stream.id == id else { return nil }
    return stream
  }

  mutating func add(_ parameters: RTPReceiveParameters) -> RTPReceiverID {
    generation &+= 1
    let index = streams.firstIndex { $0 == nil } ?? streams.count
    precondition(index < Self.streamLimit, "too many receivers")
    let id = RTPReceiverID(index: index, generation: generation)
    let stream = ReceiveStream(id: id, parameters: parameters)
    if index == streams.count { streams.append(stream) } else { streams[index] = stream }
    bindAnnounced(stream)
    return id
  }

  mutating func update(_ id: RTPReceiverID, _ parameters: RTPReceiveParameters) {
    guard let stream = stream(id) else { return }
    stream.update(parameters)
    bindAnnounced(stream)
  }

  mutating func remove(_ id: RTPReceiverID) {
    guard let stream = stream(id) else { return }
    if let ssrc = stream.ssrc { bindings[ssrc] = nil }
    if let ssrc = stream.rtxSSRC { bindings[ssrc] = nil }
    streams[id.index] = nil
  }

  private mutating func bindAnnounced(_ stream: ReceiveStream) {
    if let ssrc = stream.parameters.ssrc { bind(ssrc, to: stream, isRTX: false) }
    if let ssrc = stream.parameters.rtxSSRC { bind(ssrc, to: stream, isRTX: true) }
  }

  private mutating func bind(_ ssrc: SSRC, to stream: ReceiveStream, isRTX: Bool) {
    let before = isRTX ? stream.rtxSSRC : stream.ssrc
    guard before != ssrc else { return }
    if let before { bindings[before] = nil }
    // An SSRC belongs to one stream: its previous owner loses it.
    if let other = bindings[ssrc] {
      other.stream.unbind(isRTX: other.isRTX)
    }
    bindings[ssrc] = (stream, isRTX)
    if isRTX { stream.bindRTX(ssrc) } else { stream.bind(ssrc) }
  }

  /// Whether a packet has arrived that can be reported on.
  var isActive: Bool { streams.contains { $0?.hasReceived == true } }

  mutating func receive(_ packet: Span<UInt8>, now: MediaTime) {
    let header: RTPHeader
    do {
      header = try RTPHeader(packet, ids: extensions)
    } catch {
      receivedMalformed()
      return
    }
    guard let (stream, isRTX) = bindings[header.ssrc] ?? assign(header, packet) else {
      counters.unassignedPackets += 1
      return
    }
    if let number = header.extensions.transportSequenceNumber, stream.parameters.feedback.contains(.transportCC) {
      recorder.received(number, of: header.ssrc, now: now)
    }
    if isRTX { stream.receiveRTX(header, packet, now: now) } else { stream.receive(header, packet, now: now) }
    stream.advance(now: now, events: &events)
  }

  /// Finds the stream of an unknown SSRC: by MID, or else by payload type, if only one stream has that payload type and
  /// that stream has no SSRC yet. Source: RFC 9143 §9.2.
  private mutating func assign(_ header: RTPHeader, _ packet: Span<UInt8>) -> (stream: ReceiveStream, isRTX: Bool)? {
    let found: ReceiveStream?
    if let mid = header.extensions.mid, let bytes = try? packet.bytes(in: mid) {
      found = streams.lazy.compactMap { $0 }.first {
        !$0.parameters.mid.isEmpty && $0.parameters.mid.utf8.elementsEqual(bytes)
      }
    } else {
      let all = streams.compactMap { $0 }.filter { $0.parameters.formats[header.payloadType] != nil }
      found = all.count == 1 ? all[0] : nil
    }
    guard let stream = found, let format = stream.parameters.formats[header.payloadType] else { return nil }
    var isRTX = false
    if case .rtx = format { isRTX = true }
    if header.extensions.mid == nil, (isRTX ? stream.rtxSSRC : stream.ssrc) != nil { return nil }
    bind(header.ssrc, to: stream, isRTX: isRTX)
    return (stream, isRTX)
  }

  mutating func received(_ report: RTCPSenderReport, now: MediaTime) {
    guard let (stream, isRTX) = bindings[report.ssrc] else { return }
    stream.received(report, isRTX: isRTX, now: now)
  }

  mutating func received(_ goodbye: RTCPGoodbye) {
    for ssrc in goodbye.ssrcs {
      guard let (stream, isRTX) = bindings[ssrc] else { continue }
      bindings[ssrc] = nil
      stream.unbind(isRTX: isRTX)
      if !isRTX { events.append(.bye(stream.id)) }
    }
  }

  /// Report blocks of all received streams, at most 31.
  func reportBlocks(now: MediaTime) -> [RTCPReportBlock] {
    var blocks: [RTCPReportBlock] = []
    for case let stream? in streams { blocks += stream.reportBlocks(now: now) }
    return Array(blocks.prefix(31))
  }

  /// A packet, or a part of a compound, could not be parsed.
  mutating func receivedMalformed() { counters.malformedPackets += 1 }

  mutating func nextEvent() -> RTPSessionEvent? { events.next() }

  /// Processes timeouts up to `now` and returns the feedback that is due.
  mutating func feedback(sender: SSRC, roundTrip: MediaTime, now: MediaTime) -> [RTCPPacket] {
    var packets: [RTCPPacket] = []
    for case let stream? in streams {
      stream.advance(now: now, events: &events)
      packets += stream.feedback(sender: sender, roundTrip: roundTrip, now: now)
    }
    packets += recorder.feedback(sender: sender, now: now).map { .transportFeedback($0) }
    return packets
  }

  /// When to call `feedback` next.
  func wake(roundTrip: MediaTime) -> MediaTime {
    var wake = recorder.next ?? .distantFuture
    for case let stream? in streams { wake = min(wake, stream.wake(roundTrip: roundTrip)) }
    return wake
  }
}
