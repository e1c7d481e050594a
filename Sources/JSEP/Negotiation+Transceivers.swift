package import RTP
package import SDP

extension Negotiation {
  /// Adds a track: to a sender that has no track and never sent, or to that of a new transceiver.
  /// - Parameters:
  ///   - kind: the track's kind.
  ///   - trackID: the track's id in `msid`.
  ///   - streams: the ids of the track's streams.
  /// - Throws: `.invalidState` after `close()`.
  /// Source: W3C WebRTC §5.1, `addTrack`.
  package mutating func addTrack(_ kind: RTPMediaKind, trackID: String, streams: [String] = [])
    throws(NegotiationError) -> TransceiverID
  {
    try requireOpen()
    let free = transceivers.firstIndex { transceiver in
      transceiver.kind == kind && !transceiver.hasTrack && !transceiver.isEnding && !transceiver.hasEverSent
    }
    guard let free else {
      return make(kind, .sendrecv, trackID: trackID, streams: streams) { $0.isOfAddTrack = true }
    }
    // The id stays the same if the other side knows it.
    if transceivers[free].mid == nil { transceivers[free].sendTrackID = SDPText.identifier(trackID) }
    transceivers[free].sendStreams = Self.named(streams)
    transceivers[free].hasTrack = true
    transceivers[free].isOfAddTrack = true
    transceivers[free].direction = RTPTransceiverDirection(sends: true, receives: transceivers[free].direction.receives)
    return transceivers[free].id
  }

  /// Removes the sender's track: it stops sending.
  /// Source: W3C WebRTC §5.1, `removeTrack`.
  package mutating func removeTrack(_ id: TransceiverID) throws(NegotiationError) {
    try requireOpen()
    guard let index = index(of: id), !transceivers[index].isEnding else { return }
    guard transceivers[index].hasTrack else { return }
    transceivers[index].hasTrack = false
    transceivers[index].direction = RTPTransceiverDirection(
      sends: false, receives: transceivers[index].direction.receives)
  }

  /// Creates a transceiver.
  /// - Parameters:
  ///   - kind: the kind of its tracks.
  ///   - direction: the requested direction.
  ///   - trackID: the track to send; nil for none, as with `addTransceiver("video")`.
  ///   - streams: the ids of the track's streams.
  /// Source: W3C WebRTC §5.1, `addTransceiver`.
  package mutating func addTransceiver(
    _ kind: RTPMediaKind, direction: RTPTransceiverDirection = .sendrecv, trackID: String? = nil, streams: [String] = []
  ) throws(NegotiationError) -> TransceiverID {
    try requireOpen()
    return make(kind, direction, trackID: trackID, streams: streams) { _ in }
  }

  /// Sets whether a sender has a track, after `replaceTrack`.
  package mutating func setHasTrack(_ id: TransceiverID, _ hasTrack: Bool) {
    if let index = index(of: id) { transceivers[index].hasTrack = hasTrack }
  }

  /// Source: W3C WebRTC §5.2, `setStreams`.
  package mutating func setStreams(_ id: TransceiverID, _ streams: [String]) throws(NegotiationError) {
    try requireOpen()
    if let index = index(of: id) { transceivers[index].sendStreams = Self.named(streams) }
  }

  /// Source: W3C WebRTC §5.4, `direction`.
  /// - Throws: `.invalidState` for a stopped transceiver.
  package mutating func setDirection(_ id: TransceiverID, _ direction: RTPTransceiverDirection)
    throws(NegotiationError)
  {
    try requireOpen()
    guard let index = index(of: id), !transceivers[index].isEnding else {
      throw .invalidState("The transceiver is stopped: its direction cannot be set.")
    }
    transceivers[index].direction = direction
  }

  /// Restricts offers and answers to these codecs, in this order; an empty list means all.
  /// - Throws: `.invalidModification` for an unsupported codec.
  /// Source: W3C WebRTC §5.4, `setCodecPreferences`.
  package mutating func setCodecPreferences(_ id: TransceiverID, _ codecs: [RTPCodecCapability])
    throws(NegotiationError)
  {
    guard let index = index(of: id) else { return }
    let known = configuration.capabilities(transceivers[index].kind).codecs
    var seen: Set<RTPCodecCapability> = []
    let codecs = codecs.filter { seen.insert($0).inserted }
    if let unsupported = codecs.first(where: { !known.contains($0) }) {
      throw .invalidModification(
        "Codec \(unsupported.name) is not supported; getCapabilities lists the supported ones.")
    }
    transceivers[index].codecPreferences = codecs.isEmpty ? nil : codecs
  }

  /// Stops a transceiver; the next offer negotiates it.
  /// Source: W3C WebRTC §5.4, `stop`.
  package mutating func stop(_ id: TransceiverID) throws(NegotiationError) {
    try requireOpen()
    guard let index = index(of: id), !transceivers[index].isEnding else { return }
    transceivers[index].isStopping = true
    transceivers[index].direction = .inactive
    // Not in any description, so nothing to negotiate.
    if transceivers[index].mid == nil { stop(at: index) }
  }

  /// Makes the next offer restart ICE.
  /// Source: W3C WebRTC §4.4.2, `restartIce`.
  package mutating func restartICE() {
    staleCredentials = Set(session.transports.values.compactMap(\.local))
  }

  func requireOpen() throws(NegotiationError) {
    guard signalingState != .closed else { throw .invalidState("The connection is closed: make a new one.") }
  }

  /// The stream ids without duplicates, as valid SDP identifiers.
  private static func named(_ streams: [String]) -> [String] {
    var seen: Set<String> = []
    return streams.map(SDPText.identifier).filter { seen.insert($0).inserted }
  }

  /// Creates a transceiver for a remote section.
  mutating func makeForRemote(_ kind: RTPMediaKind) -> Int {
    _ = make(kind, .recvonly, trackID: nil, streams: []) { $0.isMadeByRemote = true }
    return transceivers.count - 1
  }

  private mutating func make(
    _ kind: RTPMediaKind, _ direction: RTPTransceiverDirection, trackID: String?, streams: [String],
    _ adjust: (inout NegotiatedTransceiver) -> Void
  ) -> TransceiverID {
    let id = TransceiverID(rawValue: nextTransceiver)
    nextTransceiver += 1
    var transceiver = NegotiatedTransceiver(
      id: id, kind: kind, direction: direction, sendStreams: Self.named(streams),
      sendTrackID: trackID.map(SDPText.identifier) ?? generator.identifier(length: 36), ssrc: freshSSRC(),
      rtxSSRC: freshSSRC(),
      receiveTrackID: generator.identifier(length: 36))
    transceiver.hasTrack = trackID != nil
    adjust(&transceiver)
    transceivers.append(transceiver)
    return id
  }

  /// The transceiver as it would be on `transport`: with new SSRCs if it has sent on another transport.
  mutating func transceiver(_ transceiver: NegotiatedTransceiver, on transport: TransportID) -> NegotiatedTransceiver {
    let before = media.first { $0.transceiver == transceiver.id && $0.send != nil }?.transport
    guard let before, before != transport else { return transceiver }
    if moved[transceiver.id]?.transport != transport {
      moved[transceiver.id] = MovedSources(transport: transport, ssrc: freshSSRC(), rtxSSRC: freshSSRC())
    }
    var transceiver = transceiver
    if let sources = moved[transceiver.id] { (transceiver.ssrc, transceiver.rtxSSRC) = (sources.ssrc, sources.rtxSSRC) }
    return transceiver
  }

  /// An SSRC that no stream of either side uses.
  private mutating func freshSSRC() -> SSRC {
    while true {
      let ssrc = SSRC(rawValue: UInt32(truncatingIfNeeded: generator.next() >> 32))
      let isTaken =
        ssrc.rawValue == 0 || transceivers.contains { $0.ssrc == ssrc || $0.rtxSSRC == ssrc }
        || media.contains { $0.receive?.ssrc == ssrc || $0.receive?.rtxSSRC == ssrc }
      if !isTaken { return ssrc }
    }
  }
}
