public import Media
internal import RTP

/// Receives one track from the peer. Source: W3C WebRTC §5.3.
@NetworkThreadActor public final class RTCRtpReceiver {
  /// Exists from the beginning, muted until the first frame. Its frames are as the peer encoded them: see `EncodedSource`.
  nonisolated public let track: MediaStreamTrack
  /// The streams that the track belongs to, by the peer's description.
  var streams: [MediaStream] = []
  private let source: RemoteTrackSource
  private var clock: RemoteTrackClock
  private(set) var rtp: (receiver: RTPReceiverID, transport: MediaTransport)?

  init(kind: MediaStreamTrack.Kind, trackID: String) {
    let relay = KeyFrameRelay()
    source = RemoteTrackSource {
      NetworkThread.shared.post { NetworkThreadActor.assumeIsolated { relay.receiver?.requestKeyFrame() } }
    }
    track = MediaStreamTrack(kind: kind, source: source, label: "remote \(kind.rawValue)", id: trackID)
    clock = RemoteTrackClock(clockRate: kind == .video ? VP8Packetizer.clockRate : OpusPacketizer.clockRate)
    source.mute()
    relay.receiver = self
  }

  // MARK: - For the connection

  /// Begins, changes or ends receiving; nil ends it.
  func negotiate(_ parameters: RTPReceiveParameters?, transport: MediaTransport?) {
    if let rtp, parameters == nil || rtp.transport !== transport {
      rtp.transport.session.removeReceiver(rtp.receiver)
      self.rtp = nil
    }
    guard let parameters, let transport else { return }
    if let rtp {
      transport.session.updateReceiver(rtp.receiver, parameters)
    } else {
      rtp = (transport.session.addReceiver(parameters), transport)
    }
  }

  func receive(_ frame: RTPReceivedFrame, offset: inout MediaTime?) {
    let captured = frame.captureTime.map { MediaTransport.clock.mediaTime(at: $0) }
    let time = clock.time(ticks: frame.ticks, captured: captured, arrival: frame.arrival, offset: &offset)
    source.receive(
      EncodedFrame(
        codec: frame.kind == .video ? .vp8 : .opus, data: frame.data, timestamp: time, isKeyFrame: frame.isKeyFrame,
        size: frame.size))
  }

  /// The peer has stopped sending, perhaps for a while.
  func mute() { source.mute() }

  /// The track is over.
  func end() {
    negotiate(nil, transport: nil)
    source.end(.remoteEnded)
  }

  private func requestKeyFrame() {
    guard let rtp else { return }
    rtp.transport.session.requestKeyFrame(rtp.receiver, now: .now)
    rtp.transport.schedule()
  }

  /// Breaks the reference cycle between the track's source and the receiver.
  @NetworkThreadActor private final class KeyFrameRelay {
    weak var receiver: RTCRtpReceiver?
  }
}
