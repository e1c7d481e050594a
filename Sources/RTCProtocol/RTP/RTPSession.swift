public import Media

/// All RTP and RTCP of one bundled transport: bytes and `now` in, packets and events out.
///
/// Owned by one thread. After each call that takes bytes or frames, and at `nextWake`, its owner calls `drain` until it
/// returns false, and takes the events.
public final class RTPSession {
  public let configuration: RTPSessionConfiguration

  public init(_ configuration: RTPSessionConfiguration) {
    self.configuration = configuration
  }

  // MARK: Sending

  /// Begins a stream. Its first frame must be a key frame: others are dropped, and a key frame is asked for.
  public func addSender(_ parameters: RTPSendParameters) -> RTPSenderID {
    RTPSenderID(index: 0, generation: 0)
  }

  /// Changes how a stream is sent; its sequence goes on, unless the SSRC changes.
  public func updateSender(_ sender: RTPSenderID, _ parameters: RTPSendParameters) {}

  /// Ends a stream: what waits is dropped, and a BYE follows.
  public func removeSender(_ sender: RTPSenderID, now: MediaTime) {}

  /// Queues a frame. Costs the same for each viewer whatever its size, as the payloads are shared.
  public func send(_ frame: PacketizedFrame, sender: RTPSenderID, now: MediaTime) {}

  /// Drops what waits and what could be sent again; goes on with the next key frame. For a pause that must show nothing
  /// of before.
  public func discardUnsent(_ sender: RTPSenderID) {}

  /// Bounds the estimated rate, bits per second.
  public func setBitrateBounds(minimum: Int, maximum: Int, now: MediaTime) {}

  /// What the path carries, all streams together, in bits per second.
  public var estimatedBitrate: Int { configuration.startBitrate }

  // MARK: Receiving

  public func addReceiver(_ parameters: RTPReceiveParameters) -> RTPReceiverID {
    RTPReceiverID(index: 0, generation: 0)
  }

  public func updateReceiver(_ receiver: RTPReceiverID, _ parameters: RTPReceiveParameters) {}

  public func removeReceiver(_ receiver: RTPReceiverID) {}

  /// The numbers of the header extensions of what is received.
  public func setReceiveExtensions(_ extensions: RTPHeaderExtensionIDs) {}

  /// Asks the remote end for a key frame.
  public func requestKeyFrame(_ receiver: RTPReceiverID, now: MediaTime) {}

  /// Takes an unprotected RTP packet; borrowed for the call. Anything may be in it.
  public func receive(rtp packet: Span<UInt8>, now: MediaTime) {}

  /// Takes an unprotected RTCP packet, compound or of reduced size; borrowed for the call. Anything may be in it.
  public func receive(rtcp packet: Span<UInt8>, now: MediaTime) {}

  // MARK: Output

  /// Writes the packets that may leave now into the batch, behind what is in it.
  /// - Returns: whether the batch was too small: send it, and call again.
  public func drain(now: MediaTime, into batch: RTPPacketBatch) -> Bool { false }

  /// When to call `drain` next, if nothing else happens before.
  public var nextWake: MediaTime { .distantFuture }

  /// Takes the oldest event.
  public func nextEvent() -> RTPSessionEvent? { nil }
}
