public import RTP
public import SDP

extension Negotiation {
  /// Gives a track to a sender: to one that has none and never sent, or to that of a new transceiver.
  /// - Parameters:
  ///   - kind: what the track carries.
  ///   - trackID: the id that `msid` gives it.
  ///   - streams: the ids of the streams it is in.
  /// - Throws: `.invalidState` after `close()`.
  /// Source: W3C WebRTC §5.1, `addTrack`.
  public mutating func addTrack(_ kind: RTPMediaKind, trackID: String, streams: [String] = [])
    throws(NegotiationError) -> TransceiverID
  {
    try requireOpen()
    let free = transceivers.firstIndex { transceiver in
      transceiver.kind == kind && !transceiver.hasTrack && !transceiver.isEnding && !transceiver.hasEverSent
    }
    guard let free else {
      return make(kind, .sendrecv, trackID: trackID, streams: streams) { $0.isOfAddTrack = true }
    }
    // The id stays as it was where the other side knows it.
    if transceivers[free].mid == nil { transceivers[free].sendTrackID = SDPText.identifier(trackID) }
    transceivers[free].sendStreams = Self.named(streams)
    transceivers[free].hasTrack = true
    transceivers[free].isOfAddTrack = true
    transceivers[free].direction = RTPTransceiverDirection(sends: true, receives: transceivers[free].direction.receives)
    return transceivers[free].id
  }

  /// Takes the sender's track away: it sends no more.
  /// Source: W3C WebRTC §5.1, `removeTrack`.
  public mutating func removeTrack(_ id: TransceiverID) throws(NegotiationError) {
    try requireOpen()
    guard let index = index(of: id), !transceivers[index].isEnding else { return }
    guard transceivers[index].hasTrack else { return }
    transceivers[index].hasTrack = false
    transceivers[index].direction = RTPTransceiverDirection(
      sends: false, receives: transceivers[index].direction.receives)
  }

  /// Makes a transceiver.
  /// - Parameters:
  ///   - kind: what its tracks carry.
  ///   - direction: what this side wishes to do: send, receive, both or nothing.
  ///   - trackID: the track to send; nil for none, as with `addTransceiver("video")`.
  ///   - streams: the ids of the streams that the track is in.
  /// Source: W3C WebRTC §5.1, `addTransceiver`.
  public mutating func addTransceiver(
    _ kind: RTPMediaKind, direction: RTPTransceiverDirection = .sendrecv, trackID: String? = nil, streams: [String] = []
  ) throws(NegotiationError) -> TransceiverID {
    try requireOpen()
    return make(kind, direction, trackID: trackID, streams: streams) { _ in }
  }

  /// Says whether a sender has a track, after `replaceTrack`.
  public mutating func setHasTrack(_ id: TransceiverID, _ hasTrack: Bool) {
    if let index = index(of: id) { transceivers[index].hasTrack = hasTrack }
  }

  /// Source: W3C WebRTC §5.2, `setStreams`.
  public mutating func setStreams(_ id: TransceiverID, _ streams: [String]) throws(NegotiationError) {
    try requireOpen()
    if let index = index(of: id) { transceivers[index].sendStreams = Self.named(streams) }
  }

  /// Source: W3C WebRTC §5.4, `direction`.
  /// - Throws: `.invalidState` for one that is stopped.
  public mutating func setDirection(_ id: TransceiverID, _ direction: RTPTransceiverDirection)
    throws(NegotiationError)
  {
    try requireOpen()
    guard let index = index(of: id), !transceivers[index].isEnding else {
      throw .invalidState("The transceiver is stopped: its direction is set no more.")
    }
    transceivers[index].direction = direction
  }

  /// Offers or accepts these codecs only, in this order; none stands for all.
  /// - Throws: `.invalidModification` for one that there is not.
  /// Source: W3C WebRTC §5.4, `setCodecPreferences`.
  public mutating func setCodecPreferences(_ id: TransceiverID, _ codecs: [RTPCodecCapability])
    throws(NegotiationError)
  {
    guard let index = index(of: id) else { return }
    let known = configuration.capabilities(transceivers[index].kind).codecs
    var seen: Set<RTPCodecCapability> = []
    let codecs = codecs.filter { seen.insert($0).inserted }
    if let stranger = codecs.first(where: { !known.contains($0) }) {
      throw .invalidModification("There is no codec \(stranger.name) to prefer; getCapabilities lists those there are.")
    }
    transceivers[index].codecPreferences = codecs.isEmpty ? nil : codecs
  }

  /// Ends a transceiver's media; the next offer says so.
  /// Source: W3C WebRTC §5.4, `stop`.
  public mutating func stop(_ id: TransceiverID) throws(NegotiationError) {
    try requireOpen()
    guard let index = index(of: id), !transceivers[index].isEnding else { return }
    transceivers[index].isStopping = true
    transceivers[index].direction = .inactive
    // Nobody knows it: nothing is to be negotiated.
    if transceivers[index].mid == nil { stop(at: index) }
  }

  /// Has the next offer seek the path anew.
  /// Source: W3C WebRTC §4.4.2, `restartIce`.
  public mutating func restartICE() {
    staleCredentials = Set(session.transports.values.compactMap(\.local))
  }

  func requireOpen() throws(NegotiationError) {
    guard signalingState != .closed else { throw .invalidState("The connection is closed: make a new one.") }
  }

  /// Each stream once, as descriptions name it.
  private static func named(_ streams: [String]) -> [String] {
    var seen: Set<String> = []
    return streams.map(SDPText.identifier).filter { seen.insert($0).inserted }
  }

  /// A transceiver for a section of the other side's.
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

  /// The transceiver as it would be on a transport: with other streams where it has sent on another so far.
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

  /// One that no stream of either side has. Two in a row differ.
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
