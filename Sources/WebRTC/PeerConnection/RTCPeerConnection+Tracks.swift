internal import JSEP
public import Media
internal import RTP

/// Tracks, senders and receivers. Source: W3C WebRTC §5.1.
extension RTCPeerConnection {
  public func getTransceivers() -> [RTCRtpTransceiver] { transceivers.filter { !$0.negotiated.isStopped } }
  public func getSenders() -> [RTCRtpSender] { getTransceivers().map(\.sender) }
  public func getReceivers() -> [RTCRtpReceiver] { getTransceivers().map(\.receiver) }

  /// Sends a track to the peer, once that is negotiated.
  /// - Parameters:
  ///   - track: the track to send.
  ///   - streams: the streams that it belongs to; the description names them to the peer.
  /// - Throws: `InvalidStateError` when closed; `InvalidAccessError` when the track is sent already.
  @discardableResult
  public func addTrack(_ track: MediaStreamTrack, _ streams: MediaStream...) throws(RTCError) -> RTCRtpSender {
    guard !isClosed else { throw RTCError.closed }
    guard !transceivers.contains(where: { $0.sender.track === track }) else {
      throw RTCError(.invalidAccess, "the track is sent already")
    }
    var id: TransceiverID?
    try change { negotiation throws(NegotiationError) in
      id = try negotiation.addTrack(RTPMediaKind(track.kind), trackID: track.id, streams: streams.map(\.id))
    }
    guard let id, let sender = transceiver(id)?.sender else { throw RTCError(.operation, "the track was not added") }
    sender.setTrack(track)
    return sender
  }

  /// Stops sending the sender's track; the transceiver stays, and can still receive.
  /// - Throws: `InvalidStateError` when closed; `InvalidAccessError` for another connection's sender.
  public func removeTrack(_ sender: RTCRtpSender) throws(RTCError) {
    guard !isClosed else { throw RTCError.closed }
    guard let transceiver = transceivers.first(where: { $0.sender === sender }) else {
      throw RTCError(.invalidAccess, "the sender belongs to another connection")
    }
    guard sender.track != nil else { return }
    try change { negotiation throws(NegotiationError) in try negotiation.removeTrack(transceiver.id) }
    sender.setTrack(nil)
  }

  /// Adds a transceiver that sends a track, receives, or both.
  /// - Throws: `InvalidStateError`, `TypeError`, `RangeError`.
  @discardableResult
  public func addTransceiver(
    _ track: MediaStreamTrack, _ options: RTCRtpTransceiverInit = .init()
  ) throws(RTCError) -> RTCRtpTransceiver {
    let transceiver = try addTransceiver(kind: track.kind, track: track, options)
    transceiver.sender.setTrack(track)
    return transceiver
  }

  /// Adds a transceiver without a track to send yet.
  /// - Throws: `InvalidStateError`, `TypeError`, `RangeError`.
  @discardableResult
  public func addTransceiver(
    _ kind: MediaStreamTrack.Kind, _ options: RTCRtpTransceiverInit = .init()
  ) throws(RTCError) -> RTCRtpTransceiver {
    try addTransceiver(kind: kind, track: nil, options)
  }

  private func addTransceiver(
    kind: MediaStreamTrack.Kind, track: MediaStreamTrack?, _ options: RTCRtpTransceiverInit
  ) throws(RTCError) -> RTCRtpTransceiver {
    guard options.sendEncodings.count <= 1 else { throw RTCError(.type, "there is no simulcast: give one encoding") }
    if let bits = options.sendEncodings.first?.maxBitrate, bits <= 0 {
      throw RTCError(.range, "maxBitrate is \(bits), and must be more than 0")
    }
    var id: TransceiverID?
    try change { negotiation throws(NegotiationError) in
      id = try negotiation.addTransceiver(
        RTPMediaKind(kind), direction: options.direction, trackID: track?.id, streams: options.streams.map(\.id))
    }
    guard let id, let transceiver = transceiver(id) else {
      throw RTCError(.operation, "the transceiver was not added")
    }
    if let encoding = options.sendEncodings.first { transceiver.sender.begin(with: encoding) }
    return transceiver
  }

  // MARK: - Internal

  func transceiver(_ id: TransceiverID) -> RTCRtpTransceiver? { transceivers.first { $0.id == id } }

  /// Whether the sender of this transceiver can still send.
  func isUsable(_ id: TransceiverID) -> Bool { transceiver(id).map { !$0.stopped } ?? false }

  /// Updates the transceivers to match those of the negotiation.
  func refreshTransceivers() {
    for negotiated in negotiation.transceivers {
      if let known = transceiver(negotiated.id) {
        known.negotiated = negotiated
        continue
      }
      let kind = MediaStreamTrack.Kind(negotiated.kind)
      transceivers.append(
        RTCRtpTransceiver(
          negotiated, connection: self,
          sender: RTCRtpSender(negotiated.id, connection: self, kind: kind),
          receiver: RTCRtpReceiver(kind: kind, trackID: negotiated.receiveTrackID)))
    }
  }
}

extension RTPMediaKind {
  init(_ kind: MediaStreamTrack.Kind) { self = kind == .audio ? .audio : .video }
}

extension MediaStreamTrack.Kind {
  init(_ kind: RTPMediaKind) { self = kind == .audio ? .audio : .video }
}
