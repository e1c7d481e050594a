internal import Encoding
internal import Media
internal import RTP

/// The end of an `EncodedTrack` on a sound's encode thread: makes one payload of each packet, and hands it over without ever
/// waiting.
final class EncodedAudioInput: EncodedAudioSink {
  private let inbox: RTCInbox<EncodedTrack.Item>
  private let packetizer = Monitor(OpusPacketizer())

  /// - Parameter handler: gets what comes, on the RTC thread.
  init(handler: @escaping @RTCActor @Sendable (EncodedTrack.Item) -> Void) {
    // More than a second of sound: who is held up for longer has lost it anyway.
    inbox = RTCInbox(capacity: 64) { item in RTCActor.assumeIsolated { handler(item) } }
  }

  func receive(_ packet: EncodedFrame) {
    let payload = packetizer.withLock { $0.packetize(packet.data, captureTime: packet.timestamp, power: packet.power) }
    if let payload { _ = inbox.offer(.frame(payload)) }
  }

  func audioEnded(at end: MediaTime?, error: EncoderError?) { _ = inbox.offer(.ended(error?.description)) }
}
