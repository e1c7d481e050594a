public import Media

/// A sender and a receiver that share a media section. Source: W3C WebRTC §5.4.
@RTCActor public final class RTCRtpTransceiver {
  public let kind: MediaStreamTrack.Kind
  public let sender: RTCRtpSender
  public let receiver: RTCRtpReceiver
  /// The media section's name, once there is one.
  public internal(set) var mid: String?
  /// What is wanted; see `setDirection`.
  public internal(set) var direction: RTCRtpTransceiverDirection
  /// What has been negotiated last.
  public internal(set) var currentDirection: RTCRtpTransceiverDirection?
  /// Whether `addTrack` made it, so that `addTrack` and a remote offer may use it.
  let isFromAddTrack: Bool
  private(set) var isStopped = false
  private weak var connection: RTCPeerConnection?

  init(
    connection: RTCPeerConnection, sender: RTCRtpSender, receiver: RTCRtpReceiver,
    direction: RTCRtpTransceiverDirection,
    isFromAddTrack: Bool
  ) {
    self.connection = connection
    kind = sender.kind
    self.sender = sender
    self.receiver = receiver
    self.direction = direction
    self.isFromAddTrack = isFromAddTrack
  }
}
