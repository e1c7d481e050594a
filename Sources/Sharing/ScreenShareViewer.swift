internal import Encoding
internal import Media
internal import RTCProtocol
internal import RoomProtocol
internal import WebRTC

/// One viewer's connection: signals go in and out, in the room protocol's words.
@RTCActor final class ScreenShareViewer {
  /// What the share is told.
  enum Report {
    case signal(RoomSignal)
    case connected
    case failed(RTCError?)
    case warning(code: String, message: String)
  }

  let member: RoomMember
  private(set) var isConnected = false
  private let connection: RTCPeerConnection
  private var report: ((Report) -> Void)?
  private var events: Task<Void, Never>?
  private var sender: RTCRtpSender?
  private let stream: MediaStream
  /// Whether this side may offer: at once, or once the peer's own offer has been answered.
  private var mayOffer: Bool

  /// - Parameters:
  ///   - stream: what is shared.
  ///   - makesOffer: whether this side offers first; else the peer's offer is waited for.
  /// - Throws: `RTCError` for a configuration that cannot be used.
  init(
    _ member: RoomMember, stream: MediaStream, configuration: RTCConfiguration, makesOffer: Bool,
    report: @escaping (Report) -> Void
  ) throws(RTCError) {
    self.member = member
    self.stream = stream
    self.report = report
    mayOffer = makesOffer
    connection = try RTCPeerConnection(configuration)
    let events = connection.events
    self.events = Task { @RTCActor [weak self] in
      for await event in events { self?.handle(event) }
    }
    if makesOffer { try addTracks() }
  }

  private func addTracks() throws(RTCError) {
    for track in stream.getVideoTracks() where sender == nil { sender = try connection.addTrack(track, stream) }
  }

  func close() {
    events?.cancel()
    report = nil
    connection.close()
  }

  /// Sends another track from now on, without negotiation.
  func replace(_ track: MediaStreamTrack) { try? sender?.replaceTrack(track) }

  // MARK: - The peer's words

  func receive(_ signal: RoomSignal) {
    do throws(RTCError) {
      switch signal.content {
      case .offer(let sdp): try answer(sdp)
      case .answer(let sdp):
        try connection.setRemoteDescription(RTCSessionDescriptionInit(type: .answer, sdp: sdp))
        mayOffer = true
      case .candidate(let candidate):
        try connection.addIceCandidate(
          RTCIceCandidateInit(
            candidate: candidate.candidate, sdpMid: candidate.id, sdpMLineIndex: candidate.label))
      case .restart: connection.restartIce()
      case .notice, .other: break
      }
    } catch {
      report?(
        .warning(code: "signal", message: "\(member.name ?? "a viewer") sent what cannot be used: \(error.message)"))
    }
  }

  /// What the peer has no place for in its offer is offered to it afterwards: `negotiationneeded` comes when it is stable.
  private func answer(_ sdp: String) throws(RTCError) {
    try connection.setRemoteDescription(RTCSessionDescriptionInit(type: .offer, sdp: sdp))
    try addTracks()
    mayOffer = true
    try connection.setLocalDescription()
    sendLocalDescription()
  }

  private func sendLocalDescription() {
    guard let description = connection.localDescription else { return }
    switch description.type {
    case .offer: send(.offer(sdp: description.sdp))
    case .answer: send(.answer(sdp: description.sdp))
    case .pranswer, .rollback: break
    }
  }

  private func send(_ content: RoomSignal.Content) {
    report?(.signal(RoomSignal(content, to: member.id.isEmpty ? nil : member.id)))
  }

  // MARK: - The connection's events

  private func handle(_ event: RTCPeerConnectionEvent) {
    switch event {
    case .negotiationneeded:
      guard mayOffer, connection.signalingState == .stable else { return }
      do throws(RTCError) {
        try connection.setLocalDescription()
        sendLocalDescription()
      } catch {
        report?(.failed(error))
      }
    case .icecandidate(let candidate?):
      send(
        .candidate(
          RoomCandidate(label: candidate.sdpMLineIndex, id: candidate.sdpMid, candidate: candidate.candidate)))
    case .icecandidateerror(let error):
      report?(.warning(code: "iceServer", message: "\(error.url): \(error.errorText)"))
    case .connectionstatechange(.connected, _):
      isConnected = true
      report?(.connected)
    case .connectionstatechange(.disconnected, _):
      isConnected = false
      // The path may be gone for good while another is there: seek one, as the one who offers.
      connection.restartIce()
    case .connectionstatechange(.failed, let error): report?(.failed(error))
    default: break
    }
  }

  var encoderStatistics: VideoEncoderStatistics? { sender?.encoderStatistics }

  func statistics() -> ScreenShareViewerStatistics {
    let report = connection.getStats()
    let remote = report.all(RTCRemoteInboundRtpStreamStats.self).first
    let outbound = report.all(RTCOutboundRtpStreamStats.self)
    return ScreenShareViewerStatistics(
      member: member, isConnected: isConnected, roundTripMilliseconds: remote?.roundTripTime.map { $0 * 1000 },
      lossPercent: remote.map { $0.fractionLost * 100 }, bytesSent: outbound.reduce(0) { $0 + $1.bytesSent })
  }
}
