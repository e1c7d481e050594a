package import Media

/// Identifies a sender of an `RTPSession`. The identifier of a removed sender has no effect.
package struct RTPSenderID: Sendable, Hashable {
  let index: Int
  let generation: UInt32
}

/// Identifies a receiver of an `RTPSession`. The identifier of a removed receiver has no effect.
package struct RTPReceiverID: Sendable, Hashable {
  let index: Int
  let generation: UInt32
}

/// Events of a session.
package enum RTPSessionEvent: Sendable {
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

/// An encoded frame assembled from its packets. It is decodable: the frames it depends on were delivered before it.
package struct RTPReceivedFrame: Sendable {
  package var data: [UInt8]
  package var kind: RTPMediaKind
  package var payloadType: PayloadType
  /// The RTP timestamp as received.
  package var timestamp: RTPTimestamp
  /// The timestamp without wrap-around, counted from the stream's first.
  package var ticks: Int64
  /// The capture time by the sender's wall clock; nil until a sender report or `abs-capture-time` relates it to
  /// timestamps.
  package var captureTime: NTPTime?
  /// When its last packet arrived.
  package var arrival: MediaTime
  package var isKeyFrame: Bool
  /// The size stated in a VP8 key frame; nil for other frames.
  package var size: PixelSize?
}

/// Events queued for the session's owner; the oldest are dropped when the queue is full.
struct RTPEventQueue {
  private static let limit = 4096
  private var events = RingQueue<RTPSessionEvent>()

  mutating func append(_ event: RTPSessionEvent) {
    if events.count == Self.limit { events.removeFirst() }
    events.append(event)
  }

  mutating func next() -> RTPSessionEvent? { events.removeFirst() }
}
