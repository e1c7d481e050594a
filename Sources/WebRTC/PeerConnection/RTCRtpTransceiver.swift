internal import JSEP
public import Media

/// A sender and a receiver that share a media section. Source: W3C WebRTC §5.4.
@NetworkThreadActor public final class RTCRtpTransceiver {
  nonisolated public let kind: MediaStreamTrack.Kind
  nonisolated public let sender: RTCRtpSender
  nonisolated public let receiver: RTCRtpReceiver
  let id: TransceiverID
  /// Its negotiated state; kept up to date by the connection.
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

  /// The id of its media section, once there is one.
  public var mid: String? { negotiated.mid }

  /// The requested direction.
  public var direction: RTCRtpTransceiverDirection { negotiated.direction }

  /// The direction that was negotiated last; nil before the first negotiation, and when stopped.
  public var currentDirection: RTCRtpTransceiverDirection? { negotiated.currentDirection }

  /// Whether it has stopped sending and receiving for good; the next description signals that.
  public var stopped: Bool { negotiated.isStopping || negotiated.isStopped }

  /// Requests another direction, which takes effect with the next negotiation. Source: W3C WebRTC §5.4, `direction`.
  /// - Throws: `InvalidStateError` when the connection is closed or the transceiver stopped.
  public func setDirection(_ direction: RTCRtpTransceiverDirection) throws(RTCError) {
    guard let connection, !connection.isClosed, !stopped else {
      throw RTCError(.invalidState, "the transceiver is stopped")
    }
    try connection.change { negotiation throws(NegotiationError) in try negotiation.setDirection(id, direction) }
  }

  /// Stops sending and receiving for good; the peer gets to know with the next negotiation. Source: W3C WebRTC §5.4, `stop`.
  /// - Throws: `InvalidStateError` when the connection is closed.
  public func stop() throws(RTCError) {
    guard let connection, !connection.isClosed else { throw RTCError.closed }
    guard !stopped else { return }
    try connection.change { negotiation throws(NegotiationError) in try negotiation.stop(id) }
    end()
  }

  /// Stops sending and receiving, without negotiation.
  func end() {
    sender.negotiate(nil, transport: nil, codecs: [])
    receiver.end()
  }
}
