internal import Encoding
internal import Media
internal import RTP
internal import RoomProtocol
internal import SDP
internal import WebRTC

/// One viewer's connection: signals go in and out, in the room protocol's words.
@RTCActor final class ScreenShareViewer {
  /// What the share is told.
  enum Report {
    case signal(RoomSignal)
    case connected
    case failed(String)
    case fellBehind
    case caughtUp
    case silent
    case warning(code: String, message: String)
  }

  /// The code of warnings of what the ICE agent could not use.
  static let iceServerWarning = "iceServer"
  /// What ICE servers say of themselves is kept of so many: enough to tell why there is no way.
  private static let serverErrorLimit = 32

  /// Seconds that a page may take to answer.
  private static let longestSilence = 15
  /// Seconds that a way to the peer may take to be found. ICE gives up by itself where the peer says that it has no more
  /// addresses, which not every page does.
  private static let longestSearch = 20

  /// From the connection to its first sound. A browser opens its output meanwhile: what comes before that it plays afterwards,
  /// all late, and takes ten seconds to catch up. Nobody hears it yet: pages begin muted.
  private static let soundDelay = Duration.milliseconds(500)

  let member: RoomMember
  private(set) var isConnected = false
  var diagnosis = ConnectionDiagnosis()
  private var pace = ViewerPace()
  /// Seconds without an answer to the first offer; nil once there is one, or the viewer makes the offer.
  var silence: Int?
  /// Seconds without a connection since both sides have described themselves, or since this machine has an address again;
  /// nil before that, and once there was one.
  var search: Int?
  /// Whether this machine has an address. While it has none, nothing is sought, counted or given up.
  private(set) var isOnline: Bool
  /// Whether the path was lost with the address and another is being sought: the end of the old one is no failure.
  private var isRecovering = false
  /// What the peer said while there was no address.
  var heldSignals: [RoomSignal] = []
  /// The peer's candidates for a description of its that has not come yet.
  var earlyCandidates: [RTCIceCandidateInit] = []
  /// Another path that the peer offers, and that is not made yet.
  var heldOffer: String?
  private var restarts = RestartLimit()
  /// Whether the viewer has been told that a relay refused.
  private var isToldOfRelay = false
  /// Why the connection failed last.
  private var failure: RTCError?
  let connection: RTCPeerConnection
  private(set) var report: ((Report) -> Void)?
  private var events: Task<Void, Never>?
  /// Of the picture first, then of the sound.
  private(set) var senders: [RTCRtpSender] = []
  private var tracks: [MediaStreamTrack]
  private let stream: MediaStream
  /// Whether this side may offer: at once, or once the peer's own offer has been answered.
  var mayOffer: Bool

  /// - Parameters:
  ///   - tracks: what is sent.
  ///   - stream: what the peer is told that they belong to.
  ///   - makesOffer: whether this side offers first; else the peer's offer is waited for.
  ///   - isOnline: whether this machine has an address; without one the connection waits for `setOnline`.
  /// - Throws: `RTCError` for a configuration that cannot be used.
  init(
    _ member: RoomMember, tracks: [MediaStreamTrack], of stream: MediaStream, configuration: RTCConfiguration,
    makesOffer: Bool, isOnline: Bool, report: @escaping (Report) -> Void
  ) throws(RTCError) {
    self.member = member
    self.tracks = tracks
    self.stream = stream
    self.report = report
    self.isOnline = isOnline
    mayOffer = makesOffer
    connection = try RTCPeerConnection(configuration)
    silence = makesOffer ? 0 : nil
    diagnosis.hasRelay = configuration.iceServers.contains { $0.urls.contains { $0.hasPrefix("turn") } }
    diagnosis.isRelayOnly = configuration.iceTransportPolicy == .relay
    let events = connection.events
    self.events = Task { @RTCActor [weak self] in
      for await event in events { self?.handle(event) }
    }
    if makesOffer, isOnline { try addTracks() }
  }

  /// Sends the tracks, and takes nothing: a page that has a camera or a microphone is not to upload it.
  func addTracks() throws(RTCError) {
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
    for sender in senders where sender.kind == .audio {
      var parameters = sender.getParameters()
      parameters.encodings[0].active = active
      try? sender.setParameters(parameters)
    }
  }

  var pictureSender: RTCRtpSender? { senders.first { $0.kind == .video } }

  func close() {
    events?.cancel()
    report = nil
    connection.close()
  }

  /// Sends another track in place of one from now on, without negotiation.
  func replace(_ old: MediaStreamTrack, with new: MediaStreamTrack) {
    tracks = tracks.map { $0 === old ? new : $0 }
    try? senders.first { $0.track === old }?.replaceTrack(new)
  }

  /// Uses these ICE servers for the next ICE restart. What cannot be used changes nothing.
  func use(_ servers: [RTCIceServer]) {
    guard (try? connection.setICEServers(servers)) != nil else { return }
    diagnosis.hasRelay = servers.contains { $0.urls.contains { $0.hasPrefix("turn") } }
  }

  /// Seeks another path, while the one there is goes on: the addresses of this machine have changed.
  func restart() {
    guard diagnosis.wasConnected else { return }
    forgetRestart()
    connection.restartIce()
  }

  /// There is another path, or will be, without being asked for it once more.
  private func forgetRestart() { if heldOffer == nil { restarts.cancel() } }

  /// Whether the other path that the peer asks for, or whose loss it may have brought about, may be made now; else it is made
  /// in a few seconds.
  func mayRestart() -> Bool { restarts.request() }

  /// Takes that this machine has no address any more; or that it has one again, which begins what has waited for it: the
  /// first offer, or an ICE restart, by which a connection lives again whose path has failed.
  func setOnline(_ isOnline: Bool) {
    guard isOnline != self.isOnline else { return }
    self.isOnline = isOnline
    guard isOnline else { return }
    let isNew = connection.localDescription == nil
    let signals = heldSignals
    heldSignals = []
    for signal in signals { receive(signal) }
    if isNew {
      guard mayOffer else { return }
      do throws(RTCError) { try addTracks() } catch { report?(.failed(error.message)) }
    } else {
      isRecovering = true
      diagnosis.serverErrors = []
      if connection.remoteDescription != nil { search = 0 }
      connection.restartIce()
      // Without waiting to be told that negotiation is needed: that may have been told while there was no address.
      offer()
    }
  }

  // MARK: - The connection's events

  private func handle(_ event: RTCPeerConnectionEvent) {
    switch event {
    case .negotiationneeded: offer()
    case .icecandidate(let candidate?):
      diagnosis.hasLocalCandidates = diagnosis.hasLocalCandidates || !candidate.candidate.isEmpty
      send(
        .candidate(
          RoomCandidate(label: candidate.sdpMLineIndex, id: candidate.sdpMid, candidate: candidate.candidate)))
    // Without an address of its own a connection never fails: it never begins.
    case .icecandidate(nil):
      if !diagnosis.hasLocalCandidates { report?(.failed(words(for: nil))) }
    case .icecandidateerror(let error):
      if diagnosis.serverErrors.count < Self.serverErrorLimit { diagnosis.serverErrors.append(error) }
      if error.isRefusalOfRelay, isOnline, !isConnected, !isToldOfRelay {
        isToldOfRelay = true
        tell("relay", "The TURN server refused the presenter's computer.")
      }
      report?(.warning(code: Self.iceServerWarning, message: error.message))
    case .connectionstatechange(.connected, _):
      isConnected = true
      diagnosis.wasConnected = true
      if isToldOfRelay { tell("relay", "") }
      isToldOfRelay = false
      isRecovering = false
      search = nil
      forgetRestart()
      report?(.connected)
      Task { @RTCActor [weak self] in
        try? await Task.sleep(for: Self.soundDelay)
        self?.setSound(active: true)
      }
    case .connectionstatechange(.disconnected, _):
      isConnected = false
      // The path may be gone for good while another is there: seek one, as the one who offers.
      if isOnline, mayRestart() { connection.restartIce() }
    case .connectionstatechange(.failed, let error):
      isConnected = false
      failure = error
      if isOnline, !isRecovering { report?(.failed(words(for: error))) }
    default: break
    }
  }

  private func words(for error: RTCError?) -> String {
    let candidates = connection.getStats().all(RTCIceCandidateStats.self)
    diagnosis.error = error
    diagnosis.relayWorks = candidates.contains { $0.type == .localCandidate && $0.candidateType == "relay" }
    diagnosis.hasRemoteCandidates = candidates.contains { $0.type == .remoteCandidate }
    return diagnosis.words
  }

  /// To be called once a second: looks whether the viewer answers, is found, and keeps up.
  func second() {
    let mayRestart = restarts.second()
    guard isOnline else { return }
    if mayRestart { restartAsAsked() }
    if let seconds = search {
      search = seconds < Self.longestSearch ? seconds + 1 : nil
      if search == nil { endSearch() }
    }
    if let seconds = silence {
      silence = seconds < Self.longestSilence ? seconds + 1 : nil
      if silence == nil { report?(.silent) }
    }
    if isConnected, let sender = pictureSender { keepPace(sender) }
  }

  private func endSearch() {
    let lastFailure = isRecovering ? failure : nil
    isRecovering = false
    // A short absence may not have cost the path.
    if connection.connectionState != .connected { report?(.failed(words(for: lastFailure))) }
  }

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

  /// Sound goes on: it takes a fraction of the lowest rate of pictures, and is missed more.
  private func setActive(_ isActive: Bool, _ sender: RTCRtpSender) {
    var parameters = sender.getParameters()
    parameters.encodings[0].active = isActive
    try? sender.setParameters(parameters)
  }

  /// Tells the viewer's page something about the screen; one of the reference protocol would not know it.
  func tell(_ code: String, _ text: String) {
    if member.role == .viewer { send(.notice(code: code, text: text)) }
  }

  var encoderStatistics: VideoEncoderStatistics? { pictureSender?.encoderStatistics }

  /// Why a track could not be encoded; nil while all can.
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
  /// Whether a TURN server answered, and let nobody in.
  fileprivate var isRefusalOfRelay: Bool { url.hasPrefix("turn") && (300..<700).contains(errorCode) }
}
