public import Media
internal import RTCProtocol

/// Receives one track from the peer. Source: W3C WebRTC §5.3.
@RTCActor public final class RTCRtpReceiver {
  /// There from the beginning, muted until something comes. Its frames are as the peer encoded them: see `EncodedSource`.
  nonisolated public let track: MediaStreamTrack
  /// The streams that the peer says the track belongs to.
  private(set) var streams: [MediaStream] = []
  private let source: RemoteTrackSource
  private weak var connection: RTCPeerConnection?
  private(set) var rtp: RTPReceiverID?
  private var clock: RemoteTrackClock

  init(connection: RTCPeerConnection, kind: MediaStreamTrack.Kind, trackID: String?) {
    self.connection = connection
    let relay = KeyFrameRelay()
    source = RemoteTrackSource {
      RTCThread.shared.post { RTCActor.assumeIsolated { relay.receiver?.requestKeyFrame() } }
    }
    track = MediaStreamTrack(
      kind: kind, source: source, label: "remote \(kind.rawValue)", id: trackID ?? RTCPeerConnection.randomIdentifier())
    clock = RemoteTrackClock(clockRate: kind == .video ? VP8Packetizer.clockRate : OpusPacketizer.clockRate)
    source.mute()
    relay.receiver = self
  }

  /// What has to do with this receiver. Source: W3C WebRTC §5.3, `getStats`.
  public func getStats() async -> RTCStatsReport { connection?.statistics(of: self) ?? RTCStatsReport() }

  // MARK: - For the connection

  /// Begins, changes or ends receiving: nil when nothing is to come.
  func negotiate(_ parameters: RTPReceiveParameters?, streams: [MediaStream]) {
    self.streams = streams
    guard let session = connection?.media?.session else { return }
    if let parameters {
      if let rtp { session.updateReceiver(rtp, parameters) } else { rtp = session.addReceiver(parameters) }
    } else if let rtp {
      session.removeReceiver(rtp)
      self.rtp = nil
      source.mute()
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

  /// The peer stopped sending for now.
  func mute() { source.mute() }

  /// The track is over.
  func end() {
    if let rtp { connection?.media?.session.removeReceiver(rtp) }
    rtp = nil
    source.end(.remoteEnded)
  }

  private func requestKeyFrame() {
    guard let rtp, let media = connection?.media else { return }
    media.session.requestKeyFrame(rtp, now: .now)
    media.schedule()
  }

  /// Breaks the circle from the track's source to the receiver.
  @RTCActor private final class KeyFrameRelay {
    weak var receiver: RTCRtpReceiver?
  }
}
