internal import Encoding
internal import Media
internal import RTP

/// The part of an `EncodedTrack` on the audio encode thread: makes one RTP payload of each packet, and hands it over without
/// ever waiting.
final class EncodedAudioInput: EncodedAudioSink {
  private let inbox: NetworkInbox<EncodedTrack.Item>
  private let packetizer = Monitor(OpusPacketizer())

  /// - Parameter handler: gets the items, on the network thread.
  init(handler: @escaping @NetworkThreadActor @Sendable (EncodedTrack.Item) -> Void) {
    // More than a second of sound: after a longer delay it is too late to be played.
    inbox = NetworkInbox(capacity: 64) { item in NetworkThreadActor.assumeIsolated { handler(item) } }
  }

  func receive(_ packet: EncodedFrame) {
    let payload = packetizer.withLock { $0.packetize(packet.data, captureTime: packet.timestamp, power: packet.power) }
    if let payload { _ = inbox.offer(.frame(payload)) }
  }

  func audioEnded(at end: MediaTime?, error: EncoderError?) { _ = inbox.offer(.ended(error?.description)) }
}
