public import Media
internal import Encoding
internal import RTCProtocol

/// Sends one track to the peer. Source: W3C WebRTC §5.2.
@RTCActor public final class RTCRtpSender {
  public let kind: MediaStreamTrack.Kind
  /// What is sent; nil sends nothing.
  public private(set) var track: MediaStreamTrack?
  /// The ids of the streams that the track belongs to, for the peer to know.
  private(set) var streamIDs: [String]
  /// Our streams' names in RTP, for as long as the sender lives.
  let ssrc: SSRC
  let rtxSSRC: SSRC
  private(set) var encoding: RTCRtpEncodingParameters
  private weak var connection: RTCPeerConnection?
  private var transaction = 0

  /// What has been negotiated, while this side may send.
  private var negotiated: RTPSendParameters?
  private var codecs: [RTCRtpCodecParameters] = []
  private(set) var rtp: RTPSenderID?
  private(set) var source: (encoded: EncodedTrack, number: Int)?

  init(
    connection: RTCPeerConnection, kind: MediaStreamTrack.Kind, track: MediaStreamTrack?, streamIDs: [String],
    encoding: RTCRtpEncodingParameters = .init(), ssrc: SSRC, rtxSSRC: SSRC
  ) {
    self.connection = connection
    self.kind = kind
    self.track = track
    self.streamIDs = streamIDs
    self.encoding = encoding
    self.ssrc = ssrc
    self.rtxSSRC = rtxSSRC
  }

  /// Sends another track, or none, from now on, without negotiation. The picture goes on with a key frame of the new track.
  /// - Throws: `TypeError` for a track of the other kind; `InvalidStateError` when the connection is closed or the transceiver
  ///   stopped. Source: W3C WebRTC §5.2, `replaceTrack`.
  public func replaceTrack(_ track: MediaStreamTrack?) throws(RTCError) {
    guard let connection, connection.isUsable(self) else { throw RTCError.closed }
    if let track, track.kind != kind {
      throw RTCError(.type, "a sender of \(kind.rawValue) cannot send a track of \(track.kind.rawValue)")
    }
    setTrack(track)
  }

  /// Says which streams the track belongs to; negotiation is needed to tell the peer.
  public func setStreams(_ streams: [MediaStream] = []) throws(RTCError) {
    guard let connection, connection.isUsable(self) else { throw RTCError.closed }
    streamIDs = streams.map(\.id)
    connection.updateNegotiationNeeded()
  }

  /// Source: W3C WebRTC §5.2, `getParameters`.
  public func getParameters() -> RTCRtpSendParameters {
    transaction += 1
    return RTCRtpSendParameters(
      transactionId: String(transaction), encodings: [encoding], codecs: codecs, cname: connection?.cname ?? "")
  }

  /// Changes how is sent, without negotiation.
  /// - Throws: `InvalidStateError`, `InvalidModificationError` for parameters that are not the newest, or in which something
  ///   else is changed; `RangeError`. Source: W3C WebRTC §5.2, `setParameters`.
  public func setParameters(_ parameters: RTCRtpSendParameters) throws(RTCError) {
    guard let connection, connection.isUsable(self) else { throw RTCError.closed }
    guard transaction > 0, parameters.transactionId == String(transaction) else {
      throw RTCError(.invalidModification, "the parameters are not those of the last getParameters")
    }
    guard parameters.encodings.count == 1, parameters.codecs == codecs, parameters.cname == connection.cname else {
      throw RTCError(.invalidModification, "only what is in an encoding can be changed, and there is one")
    }
    if let bits = parameters.encodings[0].maxBitrate, bits <= 0 {
      throw RTCError(.range, "maxBitrate is \(bits), and must be more than 0")
    }
    transaction = 0
    encoding = parameters.encodings[0]
    connection.updateBitrates()
    update()
  }

  /// What has to do with this sender. Source: W3C WebRTC §5.2, `getStats`.
  public func getStats() async -> RTCStatsReport { connection?.statistics(of: self) ?? RTCStatsReport() }

  // MARK: - For the connection

  func setTrack(_ track: MediaStreamTrack?, streamIDs: [String]? = nil) {
    self.track = track
    self.streamIDs = streamIDs ?? self.streamIDs
    if source?.encoded.track !== track { leaveSource() }
    update()
  }

  /// What a description has agreed on: nil when nothing may be sent.
  func negotiate(_ parameters: RTPSendParameters?, codecs: [RTCRtpCodecParameters]) {
    self.codecs = codecs
    negotiated = parameters
    update()
  }

  /// Brings what is done in line with what is negotiated, what is there to send, and whether packets can flow.
  func update() {
    guard let connection, let media = connection.media, let negotiated else {
      leaveSource()
      if let rtp { connection?.media?.session.removeSender(rtp) }
      if rtp != nil { connection?.media?.schedule() }
      rtp = nil
      return
    }
    if let rtp {
      media.session.updateSender(rtp, negotiated)
    } else {
      rtp = media.session.addSender(negotiated)
    }
    guard let track, encoding.active, connection.isWritable, track.source is any VideoSource else {
      return leaveSource()
    }
    if source == nil {
      let joined = EncodedTrack.join(self, track: track, settings: connection.configuration.encoding)
      source = (joined.track, joined.number)
      connection.updateBitrates()
    }
  }

  /// The connection is over.
  func close() {
    leaveSource()
    rtp = nil
    negotiated = nil
  }

  private func leaveSource() {
    source?.encoded.leave(source?.number ?? 0)
    source = nil
  }
}

extension RTCRtpSender: EncodedTrackViewer {
  func receive(_ frame: PacketizedFrame, now: MediaTime) {
    guard let rtp, let media = connection?.media else { return }
    media.session.send(frame, sender: rtp, now: now)
    media.schedule()
  }

  func discardUnsent() {
    guard let rtp, let media = connection?.media else { return }
    media.session.discardUnsent(rtp)
  }
}
