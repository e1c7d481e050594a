internal import Encoding
internal import Media
internal import RTP
internal import RoomProtocol
internal import SDP
internal import WebRTC

/// One viewer's connection, negotiated by the room protocol's signals.
@NetworkThreadActor final class ScreenShareViewer {
  /// A report to the share.
  enum Report {
    case signal(RoomSignal)
    case connected
    case failed(String)
    case fellBehind
    case caughtUp
    case silent
    case warning(code: String, message: String)
  }

  /// The code of warnings about ICE servers that cannot be used.
  static let iceServerWarning = "iceServer"
  /// The most errors of ICE servers that are kept for the diagnosis.
  private static let serverErrorLimit = 32

  /// From the connection to its first sound. A browser opens its output meanwhile, plays earlier sound late, and takes ten
  /// seconds to catch up. The pause is inaudible: pages begin muted.
  private static let soundDelay = Duration.milliseconds(500)

  let member: RoomMember
  private(set) var isConnected = false
  private let connection: RTCPeerConnection
  let signaling: ViewerSignaling
  private var timeouts: ViewerTimeouts
  private(set) var diagnosis = ConnectionDiagnosis()
  private var pace = ViewerPace()
  /// Whether the address is back and ICE restarts: the failure of the old path is not reported.
  private var isRecovering = false
  /// Whether the viewer's page shows that the TURN server refused this side.
  private var showsRelayNotice = false
  /// The error of the last failure.
  private var failure: RTCError?
  private var report: ((Report) -> Void)?
  private var events: Task<Void, Never>?
  /// The picture's sender first, then the sound's.
  private var senders: [RTCRtpSender] = []
  private var tracks: [MediaStreamTrack]
  private let stream: MediaStream

  /// - Parameters:
  ///   - tracks: the tracks to send.
  ///   - stream: the stream that the peer's description of the tracks names.
  ///   - makesOffer: whether this side offers first; if not, it waits for the peer's offer.
  ///   - isOnline: whether this machine has an address; without one the connection waits for `setOnline`.
  ///   - relayAdvice: what to do when only relays may be used and there is none.
  /// - Throws: `RTCError` for a configuration that cannot be used.
  init(
    _ member: RoomMember, tracks: [MediaStreamTrack], of stream: MediaStream, configuration: RTCConfiguration,
    makesOffer: Bool, isOnline: Bool, relayAdvice: String = ScreenShare.relayAdvice,
    report: @escaping (Report) -> Void
  ) throws(RTCError) {
    self.member = member
    self.tracks = tracks
    self.stream = stream
    self.report = report
    connection = try RTCPeerConnection(configuration)
    signaling = ViewerSignaling(connection, makesOffer: makesOffer, isOnline: isOnline)
    timeouts = ViewerTimeouts(awaitsAnswer: makesOffer)
    diagnosis.hasRelay = configuration.iceServers.contains { $0.urls.contains { $0.hasPrefix("turn") } }
    diagnosis.relayAdvice = relayAdvice
    diagnosis.isRelayOnly = configuration.iceTransportPolicy == .relay
    signaling.addTracks = { [weak self] () throws(RTCError) -> Void in try self?.addTracks() }
    signaling.onEvent = { [weak self] event in self?.handle(event) }
    let events = connection.events
    self.events = Task { @NetworkThreadActor [weak self] in
      for await event in events { self?.handle(event) }
    }
    if makesOffer, isOnline { try addTracks() }
  }

  /// Adds the tracks, and receives nothing: a page with a camera or a microphone must not send it.
  private func addTracks() throws(RTCError) {
    if senders.isEmpty {
      for kind in [MediaStreamTrack.Kind.video, .audio] {
        for track in tracks where track.kind == kind { senders.append(try connection.addTrack(track, stream)) }
      }
      setSound(active: false)
    }
    for transceiver in connection.getTransceivers() {
      let wanted: RTCRtpTransceiverDirection =
        senders.contains { $0 === transceiver.sender } ? .sendonly : .inactive
      if transceiver.direction != wanted { try transceiver.setDirection(wanted) }
    }
  }

  private func setSound(active: Bool) {
    for sender in senders where sender.kind == .audio { setActive(active, sender) }
  }

  private var pictureSender: RTCRtpSender? { senders.first { $0.kind == .video } }

  func close() {
    events?.cancel()
    report = nil
    connection.close()
  }

  /// Replaces a track without negotiation.
  func replace(_ old: MediaStreamTrack, with new: MediaStreamTrack) {
    tracks = tracks.map { $0 === old ? new : $0 }
    try? senders.first { $0.track === old }?.replaceTrack(new)
  }

  /// Uses these ICE servers from the next ICE restart on. Invalid ones change nothing.
  func use(_ servers: [RTCIceServer]) {
    guard (try? connection.setICEServers(servers)) != nil else { return }
    diagnosis.hasRelay = servers.contains { $0.urls.contains { $0.hasPrefix("turn") } }
  }

  /// Restarts ICE, because this machine's addresses have changed. The current path is used until there is a new one.
  func restart() {
    guard diagnosis.wasConnected else { return }
    signaling.cancelDelayedRestart()
    connection.restartIce()
  }

  /// Sets whether this machine has an address. When it has one again, sends the first offer, or restarts ICE, which also revives
  /// a connection whose path has failed.
  func setOnline(_ isOnline: Bool) {
    guard isOnline != signaling.isOnline else { return }
    let isNew = connection.localDescription == nil
    signaling.setOnline(isOnline)
    guard isOnline else { return }
    if isNew { return signaling.begin() }
    isRecovering = true
    diagnosis.serverErrors = []
    if connection.remoteDescription != nil { timeouts.restartSearch() }
    connection.restartIce()
    // `negotiationneeded` may have come while there was no address, and would not come again.
    signaling.offer()
  }

  // MARK: - Signals

  func receive(_ signal: RoomSignal) { signaling.receive(signal) }

  private func handle(_ event: ViewerSignaling.Event) {
    switch event {
    case .send(let content): send(content)
    case .negotiated(let byAnswer):
      if byAnswer { timeouts.answered() }
      if !diagnosis.wasConnected { timeouts.beginSearch() }
      // A viewer that receives only sound is no error.
      if byAnswer, pictureSender != nil, senders.allSatisfy({ $0.getParameters().codecs.isEmpty }) {
        report?(.failed("Its browser does not play VP8, in which screens are sent: use Firefox, Chromium or Safari."))
      }
    case .unusable(let error):
      let why = error.message.prefix(300)
      report?(.warning(code: "signal", message: "\(member.name ?? "a viewer") sent what cannot be used: \(why)"))
    case .failed(let error): report?(.failed(error.message))
    }
  }

  private func send(_ content: RoomSignal.Content) {
    report?(.signal(RoomSignal(content, to: member.id.isEmpty ? nil : member.id)))
  }

  // MARK: - The connection's events

  private func handle(_ event: RTCPeerConnectionEvent) {
    switch event {
    case .negotiationneeded: signaling.offer()
    case .icecandidate(let candidate?):
      diagnosis.hasLocalCandidates = diagnosis.hasLocalCandidates || !candidate.candidate.isEmpty
      send(
        .candidate(
          RoomCandidate(label: candidate.sdpMLineIndex, id: candidate.sdpMid, candidate: candidate.candidate)))
    // Without local candidates ICE does not begin, and so never fails by itself.
    case .icecandidate(nil):
      if !diagnosis.hasLocalCandidates { report?(.failed(message(for: nil))) }
    case .icecandidateerror(let error):
      if diagnosis.serverErrors.count < Self.serverErrorLimit { diagnosis.serverErrors.append(error) }
      if error.isRefusalOfRelay, signaling.isOnline, !isConnected, !showsRelayNotice {
        showsRelayNotice = true
        sendNotice("relay", "The TURN server refused the presenter's computer.")
      }
      report?(.warning(code: Self.iceServerWarning, message: error.message))
    case .connectionstatechange(.connected, _):
      isConnected = true
      diagnosis.wasConnected = true
      if showsRelayNotice { sendNotice("relay", "") }
      showsRelayNotice = false
      isRecovering = false
      timeouts.connected()
      signaling.cancelDelayedRestart()
      report?(.connected)
      Task { @NetworkThreadActor [weak self] in
        try? await Task.sleep(for: Self.soundDelay)
        self?.setSound(active: true)
      }
    case .connectionstatechange(.disconnected, _):
      isConnected = false
      // The path may be lost for good while another would work.
      if signaling.isOnline { signaling.restart() }
    case .connectionstatechange(.failed, let error):
      isConnected = false
      failure = error
      if signaling.isOnline, !isRecovering { report?(.failed(message(for: error))) }
    default: break
    }
  }

  private func message(for error: RTCError?) -> String {
    let candidates = connection.getStats().all(RTCIceCandidateStats.self)
    diagnosis.error = error
    diagnosis.relayWorks = candidates.contains { $0.type == .localCandidate && $0.candidateType == "relay" }
    diagnosis.hasRemoteCandidates = candidates.contains { $0.type == .remoteCandidate }
    return diagnosis.message
  }

  /// To be called once a second: checks whether the viewer answers, gets connected, and keeps up.
  func second() {
    signaling.second()
    guard signaling.isOnline else { return }
    for timeout in timeouts.second() {
      switch timeout {
      case .connection: endSearch()
      case .answer: report?(.silent)
      }
    }
    if isConnected, let sender = pictureSender { keepPace(sender) }
  }

  private func endSearch() {
    let lastFailure = isRecovering ? failure : nil
    isRecovering = false
    // The path may have survived a short time without an address.
    if connection.connectionState != .connected { report?(.failed(message(for: lastFailure))) }
  }

  /// Pauses or resumes only the picture: sound needs a fraction of the picture's lowest rate, and matters more.
  private func keepPace(_ sender: RTCRtpSender) {
    let statistics = sender.getStats()
    guard let sent = statistics.all(RTCOutboundRtpStreamStats.self).first else { return }
    var second = ViewerPace.Second()
    second.framesSent = sent.framesSent ?? 0
    second.framesDropped = sent.framesDropped ?? 0
    if let reported = statistics.all(RTCRemoteInboundRtpStreamStats.self).first {
      second.packetsReceived = reported.packetsReceived
      second.packetsLost = reported.packetsLost
    }
    second.isAtLowestRate = sender.isAtLowestRate
    second.probe = sender.probeOutcome
    let wasBehind = pace.isBehind
    switch pace.second(second) {
    case .none: break
    case .pause: setActive(false, sender)
    case .probe: sender.probe()
    case .resume: setActive(true, sender)
    }
    if pace.isBehind != wasBehind { report?(pace.isBehind ? .fellBehind : .caughtUp) }
  }

  private func setActive(_ isActive: Bool, _ sender: RTCRtpSender) {
    var parameters = sender.getParameters()
    parameters.encodings[0].active = isActive
    try? sender.setParameters(parameters)
  }

  /// Sends a notice to the viewer's page. Other roles' pages, of the reference protocol, do not know notices.
  func sendNotice(_ code: String, _ text: String) {
    if member.role == .viewer { send(.notice(code: code, text: text)) }
  }

  var encoderStatistics: VideoEncoderStatistics? { pictureSender?.encoderStatistics }

  /// Why a track could not be encoded; nil if none has failed.
  var encoderFailure: String? { senders.lazy.compactMap(\.encoderFailure).first }

  func statistics() -> ScreenShareViewerStatistics {
    let report = connection.getStats()
    let remote = report.all(RTCRemoteInboundRtpStreamStats.self)
    let outbound = report.all(RTCOutboundRtpStreamStats.self)
    return ScreenShareViewerStatistics(
      member: member, isConnected: isConnected,
      roundTripMilliseconds: remote.lazy.compactMap(\.roundTripTime).first.map { $0 * 1000 },
      lossPercent: remote.map { $0.fractionLost * 100 }.max(), bytesSent: outbound.reduce(0) { $0 + $1.bytesSent })
  }
}

extension RTCIceCandidateError {
  /// Whether a TURN server answered with an error.
  fileprivate var isRefusalOfRelay: Bool { url.hasPrefix("turn") && (300..<700).contains(errorCode) }
}
