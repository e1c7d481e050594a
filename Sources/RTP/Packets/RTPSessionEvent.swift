/// Events of a session.
public enum RTPSessionEvent: Sendable {
  /// A viewer needs a key frame, or the session dropped frames up to the next one. At most one event per 300 ms and
  /// sender.
  case keyFrameRequested(RTPSenderID)
  /// The estimated available bitrate of all streams together, in bits per second.
  case bitrateChanged(Int)
  /// A complete frame, in decoding order.
  case frame(RTPReceiverID, RTPReceivedFrame)
  /// The remote end ended a stream. Another SSRC may follow.
  case bye(RTPReceiverID)
}
