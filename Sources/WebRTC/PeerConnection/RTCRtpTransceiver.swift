public import Media
internal import JSEP

/// A sender and a receiver that share a media section. Source: W3C WebRTC §5.4.
@RTCActor public final class RTCRtpTransceiver {
  nonisolated public let kind: MediaStreamTrack.Kind
  nonisolated public let sender: RTCRtpSender
  nonisolated public let receiver: RTCRtpReceiver
  let id: TransceiverID
  /// What is known of it; kept up to date by the connection.
  var negotiated: NegotiatedTransceiver
  private weak var connection: RTCPeerConnection?

  init(
    _ negotiated: NegotiatedTransceiver, connection: RTCPeerConnection, sender: RTCRtpSender, receiver: RTCRtpReceiver
  ) {
    self.negotiated = negotiated
    self.connection = connection
    self.sender = sender
    self.receiver = receiver
    kind = sender.kind
    id = negotiated.id
  }

  /// The media section's name, once there is one.
  public var mid: String? { negotiated.mid }

  /// What is wanted.
  public var direction: RTCRtpTransceiverDirection { negotiated.direction }

  /// What has been agreed on last; nil before, and when stopped.
  public var currentDirection: RTCRtpTransceiverDirection? { negotiated.currentDirection }

  /// Whether it sends and receives no more, and the next description says so.
  public var stopped: Bool { negotiated.isStopping || negotiated.isStopped }

  /// Wishes for another direction; negotiation is needed for it to come about. Source: W3C WebRTC §5.4, `direction`.
  /// - Throws: `InvalidStateError` when the connection is closed or the transceiver stopped.
  public func setDirection(_ direction: RTCRtpTransceiverDirection) throws(RTCError) {
    guard let connection, !connection.isClosed, !stopped else {
      throw RTCError(.invalidState, "the transceiver is stopped")
    }
    try connection.change { negotiation throws(NegotiationError) in try negotiation.setDirection(id, direction) }
  }

  /// Ends sending and receiving for good; negotiation is needed to tell the peer. Source: W3C WebRTC §5.4, `stop`.
  /// - Throws: `InvalidStateError` when the connection is closed.
  public func stop() throws(RTCError) {
    guard let connection, !connection.isClosed else { throw RTCError.closed }
    guard !stopped else { return }
    try connection.change { negotiation throws(NegotiationError) in try negotiation.stop(id) }
    end()
  }

  /// Sends and receives no more.
  func end() {
    sender.negotiate(nil, transport: nil, codecs: [])
    receiver.end()
  }
}
