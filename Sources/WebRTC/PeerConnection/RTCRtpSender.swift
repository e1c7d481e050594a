public import Encoding
internal import JSEP
public import Media
package import RTP

/// Sends one track to the peer. Source: W3C WebRTC §5.2.
@NetworkThreadActor public final class RTCRtpSender {
  nonisolated public let kind: MediaStreamTrack.Kind
  /// The track that is sent; nil if none.
  public private(set) var track: MediaStreamTrack?
  let id: TransceiverID
  private(set) var encoding = RTCRtpEncodingParameters()
  private weak var connection: RTCPeerConnection?
  private var transaction = 0

  /// The negotiated parameters and transport; nil while this side may not send.
  private var agreed: (parameters: RTPSendParameters, transport: MediaTransport)?
  private(set) var codecs: [RTCRtpCodecParameters] = []
  private(set) var rtp: (sender: RTPSenderID, transport: MediaTransport)?
  private(set) var source: (encoded: EncodedTrack, number: Int)?

  init(_ id: TransceiverID, connection: RTCPeerConnection, kind: MediaStreamTrack.Kind) {
    self.id = id
    self.connection = connection
    self.kind = kind
  }

  /// Replaces the track that is sent, or sends none if nil, without negotiation. The picture continues with a key frame of the
  /// new track; sound continues on the same clock.
  /// - Throws: `TypeError` for a track of the other kind; `InvalidStateError` when the connection is closed or the transceiver
  ///   stopped. Source: W3C WebRTC §5.2, `replaceTrack`.
  public func replaceTrack(_ track: MediaStreamTrack?) throws(RTCError) {
    let connection = try usableConnection()
    if let track, track.kind != kind {
      throw RTCError(.type, "a sender of \(kind.rawValue) cannot send a track of \(track.kind.rawValue)")
    }
    try connection.change { negotiation throws(NegotiationError) in negotiation.setHasTrack(id, track != nil) }
    setTrack(track)
  }

  /// Sets the streams that the track belongs to; the peer gets them with the next negotiation.
  /// - Throws: `InvalidStateError`.
  public func setStreams(_ streams: [MediaStream] = []) throws(RTCError) {
    let connection = try usableConnection()
    try connection.change { negotiation throws(NegotiationError) in
      try negotiation.setStreams(id, streams.map(\.id))
    }
  }

  /// Source: W3C WebRTC §5.2, `getParameters`.
  public func getParameters() -> RTCRtpSendParameters {
    transaction += 1
    return RTCRtpSendParameters(
      transactionId: String(transaction), encodings: [encoding], codecs: codecs, cname: connection?.cname ?? "")
  }

  /// Changes the encoding parameters, without negotiation.
  /// - Throws: `InvalidStateError`, `InvalidModificationError` for parameters that are not the newest, or if anything outside
  ///   the encoding has changed; `RangeError`. Source: W3C WebRTC §5.2, `setParameters`.
  public func setParameters(_ parameters: RTCRtpSendParameters) throws(RTCError) {
    let connection = try usableConnection()
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
    update()
    if !encoding.active { discardUnsent() }
    connection.updateBitrates()
  }

  /// Why encoding of the track has failed; nil while it works.
  package var encoderFailure: String? { source?.encoded.failure }

  /// Statistics of the track's picture encoder, which all senders of the track share; nil while nothing is sent. Not in the
  /// specification.
  public var encoderStatistics: VideoEncoderStatistics? { source?.encoded.statistics }

  private func usableConnection() throws(RTCError) -> RTCPeerConnection {
    guard let connection, !connection.isClosed else { throw RTCError.closed }
    guard connection.isUsable(id) else { throw RTCError(.invalidState, "the transceiver is stopped") }
    return connection
  }

  // MARK: - For code that decides whether to send a viewer any pictures

  /// Whether the estimated bit rate of the path is close to the lowest rate of pictures.
  package var isAtLowestRate: Bool {
    guard let rtp, let connection else { return false }
    return Double(rtp.transport.session.estimatedBitrate) < 1.1 * Double(connection.bitrateBounds.lowerBound)
  }

  /// Probes the bandwidth of the path, while this sender is not active.
  package func probe() {
    guard let rtp else { return }
    rtp.transport.session.probe(rtp.sender)
    rtp.transport.schedule()
  }

  /// The outcome of the last bandwidth probe.
  package var probeOutcome: RTPProbeOutcome? { rtp.flatMap { $0.transport.session.probeOutcome($0.sender) } }

  // MARK: - For the connection

  /// Sets the encoding parameters of a sender that is just being added.
  func begin(with encoding: RTCRtpEncodingParameters) { self.encoding = encoding }

  func setTrack(_ track: MediaStreamTrack?) {
    self.track = track
    if let source, source.encoded.track !== track { leaveSource() }
    update()
  }

  /// Takes the negotiated parameters; nil when nothing may be sent.
  func negotiate(_ parameters: RTPSendParameters?, transport: MediaTransport?, codecs: [RTCRtpCodecParameters]) {
    self.codecs = codecs
    if let parameters, let transport { agreed = (parameters, transport) } else { agreed = nil }
    update()
  }

  /// Starts, changes or stops sending, by the negotiated parameters, the track, and whether packets can flow.
  func update() {
    if let rtp, rtp.transport !== agreed?.transport {
      leaveSource()
      rtp.transport.session.removeSender(rtp.sender)
      rtp.transport.schedule()
      self.rtp = nil
    }
    guard let connection, let agreed else { return leaveSource() }
    let session = agreed.transport.session
    if let rtp {
      session.updateSender(rtp.sender, agreed.parameters)
    } else {
      rtp = (session.addSender(agreed.parameters), agreed.transport)
    }
    guard let track, let settings = settings(connection.configuration), encoding.active, agreed.transport.isFlowing
    else {
      return leaveSource()
    }
    if let source, source.encoded.settings != settings { leaveSource() }
    if source == nil {
      let joined = EncodedTrack.join(self, track: track, settings: settings)
      source = (joined.track, joined.number)
      connection.updateBitrates()
    }
  }

  /// How the track is to be encoded; nil if its source is encoded already. All viewers of pictures share one encoder, whatever
  /// their bit rates. Viewers of sound share one per bit rate: a lower `maxBitrate` gets an encoder of its own.
  private func settings(_ configuration: RTCConfiguration) -> EncodedTrack.Settings? {
    switch track?.source {
    case is any VideoSource: return .video(configuration.encoding)
    case is any AudioSource:
      var settings = configuration.audioEncoding
      settings.bitrate = min(settings.bitrate, encoding.maxBitrate ?? .max)
      return .audio(settings)
    default: return nil
    }
  }

  /// The connection is over.
  func close() {
    leaveSource()
    rtp = nil
    agreed = nil
  }

  private func leaveSource() {
    guard let source else { return }
    self.source = nil
    source.encoded.leave(source.number)
  }
}

extension RTCRtpSender: EncodedTrackViewer {
  func receive(_ frame: PacketizedFrame, now: MediaTime) {
    guard let rtp else { return }
    rtp.transport.session.send(frame, sender: rtp.sender, now: now)
    rtp.transport.schedule()
  }

  func discardUnsent() {
    guard let rtp else { return }
    rtp.transport.session.discardUnsent(rtp.sender)
  }
}
