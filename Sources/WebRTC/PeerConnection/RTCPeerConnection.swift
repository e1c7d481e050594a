internal import Encoding
public import JSEP
internal import Media
internal import RTP
internal import SDP

/// A connection to a WebRTC peer, such as a browser. Source: W3C WebRTC §4.
///
/// All connections run on one thread, the `NetworkThread`, by way of the global actor `NetworkThreadActor`. Each call has
/// completed when it returns, so calls run in order and none sees another half done: this is the specification's operations
/// chain.
///
/// A connection that is released without `close` is closed.
@NetworkThreadActor public final class RTCPeerConnection {
  /// 40 bytes of headers, extensions and authentication tag for each of 50 packets a second.
  private static let soundOverhead = 16_000

  nonisolated public let configuration: RTCConfiguration
  /// Those of `configuration`, or of the last `setICEServers`.
  private(set) var iceServers: [RTCIceServer]

  public private(set) var iceGatheringState = RTCIceGatheringState.new
  public private(set) var iceConnectionState = RTCIceConnectionState.new
  public private(set) var connectionState = RTCPeerConnectionState.new

  var negotiation: Negotiation
  /// The state of the last `signalingstatechange` event.
  var lastSignalingState = RTCSignalingState.stable
  var transceivers: [RTCRtpTransceiver] = []
  package internal(set) var transports: [TransportID: MediaTransport] = [:]
  var remoteStreams = RemoteStreams()
  /// How far the peer's clock is behind this machine's; nil until a frame of one of its tracks carries a capture time.
  private var remoteClockOffset: MediaTime?
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

  /// A new stream of the events from now on, which ends when the connection is closed. Take it before the first call, so that
  /// no event is missed.
  nonisolated public var events: AsyncStream<RTCPeerConnectionEvent> { broadcaster.listen() }

  /// Replaces the ICE servers, or their credentials, for all later gathering, such as after `restartIce`.
  /// - Throws: `SyntaxError`, `InvalidAccessError` for servers that cannot be used; then nothing changes.
  /// Source: W3C WebRTC §4.4.1.6: the ICE servers' part of `setConfiguration`.
  package func setICEServers(_ servers: [RTCIceServer]) throws(RTCError) {
    var changed = configuration
    changed.iceServers = servers
    try changed.validate()
    iceServers = servers
    for media in transports.values { media.transport.ice.setServers(servers) }
  }

  public var signalingState: RTCSignalingState { negotiation.signalingState }

  var isClosed: Bool { negotiation.signalingState == .closed }

  /// This side's CNAME in RTCP's source descriptions.
  var cname: String { negotiation.cname }

  /// Ends the connection at once: stops sending and receiving, and notifies the peer. Remote tracks end; local tracks stay
  /// live. Idempotent. Source: W3C WebRTC §4.4.2, `close`.
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
    remoteStreams.removeAll()
    iceConnectionState = .closed
    connectionState = .closed
    broadcaster.finish()
  }

  func emit(_ event: RTCPeerConnectionEvent) { broadcaster.send(event) }

  // MARK: - The negotiation-needed flag

  /// Checks, later in this turn of the thread, whether the descriptions still match the transceivers. Source: W3C WebRTC §4.7.3.
  func updateNegotiationNeeded() {
    guard !isCheckPending else { return }
    isCheckPending = true
    NetworkThread.shared.later { [weak self] in self?.checkWhetherNegotiationIsNeeded() }
  }

  private func checkWhetherNegotiationIsNeeded() {
    isCheckPending = false
    // In other states the check is repeated when the state is stable.
    guard signalingState == .stable else { return }
    let wasNeeded = isNegotiationNeeded
    isNegotiationNeeded = negotiation.isNegotiationNeeded
    if isNegotiationNeeded, !wasNeeded { emit(.negotiationneeded) }
  }

  /// An exchange of descriptions is complete: clears the flag, so that a further need emits a new event.
  func clearNegotiationNeeded() {
    isNegotiationNeeded = false
    updateNegotiationNeeded()
  }

  // MARK: - Transport events

  func handle(_ event: TransportEvent, of id: TransportID) {
    guard !isClosed, let media = transports[id] else { return }
    media.update(by: event)
    switch event {
    case .candidate(let candidate, let fragment): signal(candidate, usernameFragment: fragment, of: id)
    case .endOfCandidates(let fragment): signal(nil, usernameFragment: fragment, of: id)
    case .candidateError(let error): emit(.icecandidateerror(error))
    case .gatheringState: updateGatheringState()
    case .iceState, .dtlsState, .selectedPairChanged: updateStates()
    case .restarted: requestKeyFrames(over: media)
    case .failed(let error): failure = RTCError(error)
    case .closedByPeer: failure = RTCError(.rtc, "the peer has closed the connection")
    }
  }

  /// Emits `icecandidate` for a candidate, or for the end of a generation's candidates if nil. Keeps it for later while there
  /// is no description that it belongs to.
  private func signal(_ candidate: ICECandidate?, usernameFragment: String, of id: TransportID) {
    let local =
      if let candidate {
        negotiation.addLocalCandidate(candidate, usernameFragment: usernameFragment, transport: id)
      } else {
        negotiation.endLocalCandidates(usernameFragment: usernameFragment, transport: id)
      }
    if let local {
      emit(.icecandidate(RTCIceCandidateInit(local)))
    } else if !hasDescription(of: id) {
      transports[id]?.keep(candidate, usernameFragment: usernameFragment)
    }
  }

  private func hasDescription(of id: TransportID) -> Bool { negotiation.transports.contains { $0.id == id } }

  /// Emits the candidates that were gathered before their description, for each transport that has one now.
  func emitUnsignalledCandidates() {
    for (id, media) in transports where hasDescription(of: id) {
      for (candidate, fragment) in media.takeUnsignalledCandidates() {
        signal(candidate, usernameFragment: fragment, of: id)
      }
    }
  }

  /// The transports of a local description: others, such as those of the candidate pool, do not count yet.
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

  // MARK: - RTP session events

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

  /// After an ICE restart: the broken path may have lost packets that are no longer kept for retransmission, which the peer
  /// notices late. A key frame lets it start again.
  private func requestKeyFrames(over media: MediaTransport) {
    for sender in transceivers.map(\.sender) where sender.rtp?.transport === media {
      if let source = sender.source { source.encoded.requestKeyFrame(by: source.number, now: .now) }
    }
  }

  private func receiver(_ id: RTPReceiverID, of media: MediaTransport) -> RTCRtpReceiver? {
    transceivers.lazy.map(\.receiver).first { $0.rtp?.receiver == id && $0.rtp?.transport === media }
  }

  /// Bits a second of all sound, including the overhead of each packet.
  private var soundBitrate: Int {
    transceivers.lazy.map(\.sender).filter { $0.kind == .audio && $0.track != nil && $0.encoding.active }.reduce(0) {
      $0 + min(configuration.audioEncoding.bitrate, $1.encoding.maxBitrate ?? .max) + Self.soundOverhead
    }
  }

  /// Bounds of the bit rate estimate: those of the pictures, plus the sound.
  var bitrateBounds: ClosedRange<Int> {
    let (encoding, sound) = (configuration.encoding, soundBitrate)
    return min(encoding.minimumBitrate, encoding.bitrate) + sound...encoding.bitrate + sound
  }

  /// Passes the estimated bit rates on to the encoders: sound gets its full rate, each sender of pictures an equal share of the
  /// rest.
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
