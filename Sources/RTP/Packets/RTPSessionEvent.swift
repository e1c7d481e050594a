/// What a session has to say.
public enum RTPSessionEvent: Sendable {
  /// A viewer needs a key frame, or the session dropped frames up to the next one. At most one per 300 ms and sender.
  case keyFrameRequested(RTPSenderID)
  /// What the path carries, all streams together, in bits per second.
  case bitrateChanged(Int)
  /// A frame, in order.
  case frame(RTPReceiverID, RTPReceivedFrame)
  /// The remote end ended a stream. Another may follow.
  case bye(RTPReceiverID)
}
