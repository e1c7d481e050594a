internal import Encoding
internal import Media
internal import RTP
internal import SDP
public import JSEP

/// A connection to a peer that speaks WebRTC, such as a browser. Source: W3C WebRTC §4.
///
/// Everything of all connections happens on one thread, the `RTCThread`, which `RTCActor` stands for; each call is done when it
/// returns, so that calls follow each other in order and none sees another half done: the specification's operations chain.
///
/// A connection that is let go of without `close` is closed.
@RTCActor public final class RTCPeerConnection {
  /// 40 bytes of headers, extensions and authentication to each of 50 packets a second.
  private static let soundOverhead = 16_000

  nonisolated public let configuration: RTCConfiguration
  /// Those of `configuration`, or what has taken their place.
  private(set) var iceServers: [RTCIceServer]

  public private(set) var iceGatheringState = RTCIceGatheringState.new
  public private(set) var iceConnectionState = RTCIceConnectionState.new
  public private(set) var connectionState = RTCPeerConnectionState.new

  var negotiation: Negotiation
  /// What was told last.
  var lastSignalingState = RTCSignalingState.stable
  var transceivers: [RTCRtpTransceiver] = []
  var transports: [TransportID: MediaTransport] = [:]
  /// The peer's streams by the names that it gives them.
  var remoteStreams: [String: MediaStream] = [:]
  /// What the peer's clock is behind ours, as far as its tracks have told.
  private var remoteClockOffset: MediaTime?
  /// How the sender of a transceiver that is just being added is to send.
  var newEncoding: RTCRtpEncodingParameters?
  let certificate: RTCCertificate
  let dump: (to: RTPDump, connection: Int)?
  private var isNegotiationNeeded = false
  private var isCheckPending = false
  private var failure: RTCError?

  nonisolated private let broadcaster = EventBroadcaster<RTCPeerConnectionEvent>()

  /// A new connection.
  /// - Throws: `SyntaxError`, `InvalidAccessError`, `NotSupportedError`, `RangeError` for a configuration that cannot be used.
  public init(_ configuration: RTCConfiguration = .init()) throws(RTCError) {
    try configuration.validate()
    self.configuration = configuration
    iceServers = configuration.iceServers
    certificate = try configuration.certificate()
    var generator = SystemRandomNumberGenerator()
    var setUp = NegotiationConfiguration(seed: generator.next(), fingerprints: certificate.getFingerprints())
    setUp.bundlePolicy = configuration.bundlePolicy
    negotiation = Negotiation(setUp)
    dump = configuration.rtpDump.map { ($0, $0.addConnection()) }
  }

  isolated deinit { close() }

  /// This listener's events from now on, ending when the connection is closed. Listen before the first call to hear all.
  nonisolated public var events: AsyncStream<RTCPeerConnectionEvent> { broadcaster.listen() }

  /// Takes other ICE servers, or other credentials for them, for what is gathered from now on, as after `restartIce`.
  /// - Throws: `SyntaxError`, `InvalidAccessError` for servers that cannot be used; then nothing changes.
  /// Source: W3C WebRTC §4.4.1.6, this one part of `setConfiguration`.
  package func setICEServers(_ servers: [RTCIceServer]) throws(RTCError) {
    var changed = configuration
    changed.iceServers = servers
    try changed.validate()
    iceServers = servers
    for media in transports.values { media.transport.setICEServers(servers) }
  }

  public var signalingState: RTCSignalingState { negotiation.signalingState }

  var isClosed: Bool { negotiation.signalingState == .closed }

  /// Our name in RTCP's source descriptions.
  var cname: String { negotiation.cname }

  /// Ends the connection at once: nothing is sent or received any more, and the peer is told. Remote tracks end; local ones
  /// live on. Idempotent. Source: W3C WebRTC §4.4.2, `close`.
  public func close() {
    guard !isClosed else { return }
    negotiation.close()
    for transceiver in transceivers {
      transceiver.sender.close()
      transceiver.receiver.end()
    }
    transceivers = []
    for media in transports.values { media.close() }
    transports = [:]
    remoteStreams = [:]
    iceConnectionState = .closed
    connectionState = .closed
    broadcaster.finish()
  }

  func emit(_ event: RTCPeerConnectionEvent) { broadcaster.send(event) }

  // MARK: - Whether negotiation is needed

  /// Looks, a little later, whether the descriptions still say what is wanted. Source: W3C WebRTC §4.7.3.
  func updateNegotiationNeeded() {
    guard !isCheckPending else { return }
    isCheckPending = true
    RTCThread.shared.later { [weak self] in self?.checkWhetherNegotiationIsNeeded() }
  }

  private func checkWhetherNegotiationIsNeeded() {
    isCheckPending = false
    // Otherwise it is looked at again when the state is stable.
    guard signalingState == .stable else { return }
    let wasNeeded = isNegotiationNeeded
    isNegotiationNeeded = negotiation.isNegotiationNeeded
    if isNegotiationNeeded, !wasNeeded { emit(.negotiationneeded) }
  }

  /// An exchange of descriptions is complete: what is needed from here on is news.
  func forgetNegotiationNeeded() {
    isNegotiationNeeded = false
    updateNegotiationNeeded()
  }

  // MARK: - What the transports tell

  func handle(_ event: RTCTransportEvent, of id: TransportID) {
    guard !isClosed, let media = transports[id] else { return }
    switch event {
    case .candidate(let candidate, let fragment): tell(candidate, usernameFragment: fragment, of: id)
    case .endOfCandidates(let fragment): tell(nil, usernameFragment: fragment, of: id)
    case .candidateError(let error): emit(.icecandidateerror(error))
    case .gatheringState(let state):
      media.gatheringState = state
      updateGatheringState()
    case .iceState(let state):
      media.iceState = state
      updateStates()
    case .dtlsState(let state):
      media.dtlsState = state
      updateStates()
    case .selectedPairChanged: updateStates()
    case .restarted: requestKeyFrames(over: media)
    case .failed(let error): failure = RTCError(error)
    case .closedByPeer: failure = RTCError(.rtc, "the peer has closed the connection")
    }
  }

  /// Tells of a candidate, or of the end of a generation's; keeps it while no description is there that it belongs to.
  private func tell(_ candidate: ICECandidate?, usernameFragment: String, of id: TransportID) {
    let local =
      if let candidate {
        negotiation.addLocalCandidate(candidate, usernameFragment: usernameFragment, transport: id)
      } else {
        negotiation.endLocalCandidates(usernameFragment: usernameFragment, transport: id)
      }
    if let local {
      emit(.icecandidate(RTCIceCandidateInit(local)))
    } else if !hasDescription(of: id) {
      transports[id]?.untold.append((candidate, usernameFragment))
    }
  }

  private func hasDescription(of id: TransportID) -> Bool { negotiation.transports.contains { $0.id == id } }

  /// Tells what was gathered beforehand, as far as there are descriptions now.
  func tellGathered() {
    for (id, media) in transports where !media.untold.isEmpty && hasDescription(of: id) {
      let untold = media.untold
      media.untold = []
      for (candidate, fragment) in untold { tell(candidate, usernameFragment: fragment, of: id) }
    }
  }

  /// Transports of which no local description speaks, such as those a pool was gathered for, do not count yet.
  private var usedTransports: [MediaTransport] { negotiation.transports.compactMap { transports[$0.id] } }

  func updateGatheringState() {
    let state = RTCIceGatheringState(all: usedTransports.map(\.gatheringState))
    guard state != iceGatheringState else { return }
    iceGatheringState = state
    emit(.icegatheringstatechange(state))
    if state == .complete { emit(.icecandidate(nil)) }
  }

  func updateStates() {
    let transports = usedTransports
    let ice = RTCIceConnectionState(all: transports.map(\.iceState))
    let state = RTCPeerConnectionState(ice: transports.map(\.iceState), dtls: transports.map(\.dtlsState))
    let (oldICE, oldState) = (iceConnectionState, connectionState)
    iceConnectionState = ice
    connectionState = state
    for transceiver in transceivers { transceiver.sender.update() }
    if ice != oldICE { emit(.iceconnectionstatechange(ice)) }
    if state == .connected { failure = nil }
    if state != oldState { emit(.connectionstatechange(state, state == .connected ? nil : failure)) }
  }

  // MARK: - What the sessions tell

  func handle(_ event: RTPSessionEvent, of media: MediaTransport, now: MediaTime) {
    switch event {
    case .keyFrameRequested(let id):
      let sender = transceivers.lazy.map(\.sender).first { $0.rtp?.sender == id && $0.rtp?.transport === media }
      if let source = sender?.source { source.encoded.requestKeyFrame(by: source.number, now: now) }
    case .bitrateChanged: updateBitrates()
    case .frame(let id, let frame): receiver(id, of: media)?.receive(frame, offset: &remoteClockOffset)
    case .bye(let id): receiver(id, of: media)?.mute()
    }
  }

  /// A way that broke may have cost more than is kept to be sent again, and the peer finds that out late: it starts anew.
  private func requestKeyFrames(over media: MediaTransport) {
    for sender in transceivers.map(\.sender) where sender.rtp?.transport === media {
      if let source = sender.source { source.encoded.requestKeyFrame(by: source.number, now: .now) }
    }
  }

  private func receiver(_ id: RTPReceiverID, of media: MediaTransport) -> RTCRtpReceiver? {
    transceivers.lazy.map(\.receiver).first { $0.rtp?.receiver == id && $0.rtp?.transport === media }
  }

  /// Bits a second that all sound takes, with what is around each packet.
  private var soundBitrate: Int {
    transceivers.lazy.map(\.sender).filter { $0.kind == .audio && $0.track != nil && $0.encoding.active }.reduce(0) {
      $0 + min(configuration.audioEncoding.bitrate, $1.encoding.maxBitrate ?? .max) + Self.soundOverhead
    }
  }

  /// Of what a path may be taken to carry: what the pictures may take, and the sound.
  var bitrateBounds: ClosedRange<Int> {
    let (encoding, sound) = (configuration.encoding, soundBitrate)
    return min(encoding.minimumBitrate, encoding.bitrate) + sound...encoding.bitrate + sound
  }

  /// Tells the encoders what the paths carry: sound takes what it takes, and each sender of pictures its share of the rest.
  func updateBitrates() {
    let (bounds, sound) = (bitrateBounds, soundBitrate)
    for media in transports.values {
      media.session.setBitrateBounds(minimum: bounds.lowerBound, maximum: bounds.upperBound)
      let sending = transceivers.map(\.sender).filter {
        $0.kind == .video && $0.source != nil && $0.rtp?.transport === media
      }
      for sender in sending {
        guard let source = sender.source else { continue }
        let share = (media.session.estimatedBitrate - sound) / sending.count
        source.encoded.setBitrate(min(share, sender.encoding.maxBitrate ?? share), of: source.number)
      }
    }
  }
}
