internal import RTP
public import SDP

/// Offer and answer of one connection: what `RTCPeerConnection` knows of sessions, without any network.
///
/// A value: texts and calls of the program go in, descriptions and what is agreed on come out. It makes no transports but
/// names them; whoever does is asked for their ICE credentials. Nothing here waits, reads a clock or draws random numbers,
/// but those of the seed. A step that throws has changed nothing. Source: RFC 9429, W3C WebRTC §4.
public struct Negotiation: Sendable {
  /// Gives a transport's ICE credentials: those it has, or, where a restart is asked for, new ones; nil where that fails.
  public typealias Credentials = (_ transport: TransportID, _ restart: Bool) -> ICEParameters?

  /// A description that is set.
  struct Applied: Sendable {
    var type: RTCSdpType
    var description: SessionDescription
  }

  public let configuration: NegotiationConfiguration
  /// The name that this side's streams share. Source: RFC 8834 §4.9.
  public let cname: String
  let sessionID: UInt64

  public internal(set) var signalingState = RTCSignalingState.stable
  /// In the order in which they were made.
  public internal(set) var transceivers: [NegotiatedTransceiver] = []
  /// What is agreed on, by section.
  public internal(set) var media: [NegotiatedMedia] = []
  /// Remote candidates beyond the number that is tried.
  public internal(set) var ignoredRemoteCandidates = 0

  var session = NegotiationSession()
  /// As it was when the state was last stable.
  var fallback: NegotiationFallback?
  var currentLocal: Applied?
  var pendingLocal: Applied?
  var currentRemote: Applied?
  var pendingRemote: Applied?
  var draft: NegotiationDraft?
  /// The description that was made last.
  var lastMade: SessionDescription?
  /// The credentials of transports that were asked to restart, which no description has yet.
  var restarts: [TransportID: ICEParameters] = [:]
  /// Senders that a description moves to another transport, with what they send there.
  var moved: [TransceiverID: MovedSources] = [:]
  /// The credentials that `restartICE` wants to be rid of.
  var staleCredentials: Set<ICEParameters> = []
  var localCandidates: [LocalCandidateList] = []
  var nextTransceiver = 0
  var nextTransport = 0
  var nextMID = 0
  var generator: SeededGenerator

  public init(_ configuration: NegotiationConfiguration) {
    self.configuration = configuration
    generator = SeededGenerator(seed: configuration.seed)
    // 62 bits: some parsers take a signed number.
    sessionID = generator.next() >> 2
    cname = generator.identifier(length: 16)
  }

  public subscript(_ id: TransceiverID) -> NegotiatedTransceiver? { transceivers.first { $0.id == id } }

  /// The transports that exist, which is once a local description with them is set, in the order of their sections.
  public var transports: [NegotiatedTransport] {
    // What the other side offers is on no transport before it is answered; what this side offers is, beside what is.
    let offered = signalingState == .haveRemoteOffer ? [] : session.sections.compactMap(\.offeredTransport)
    let all = session.sections.compactMap(\.transport) + offered
    var seen: Set<TransportID> = []
    return all.compactMap { id in
      guard seen.insert(id).inserted, let state = session.transports[id], let local = state.local else { return nil }
      let isOffered = offered.contains(id)
      let mids = session.sections.filter { $0.transport == id || isOffered && $0.offeredTransport == id }.map(\.mid)
      return NegotiatedTransport(
        id: id, mids: mids, local: local, remote: state.remote, remoteFingerprints: state.remoteFingerprints,
        remoteIsLite: state.remoteIsLite, role: state.role,
        isControlling: isControlling)
    }
  }

  /// Whether this side's ICE is in control: it made the first offer, or the other side is lite. Source: RFC 8445 §6.1.1.
  public var isControlling: Bool {
    if (pendingRemote ?? currentRemote)?.description.isICELite ?? false { return true }
    return session.isOfferer ?? (signalingState != .haveRemoteOffer)
  }

  /// What `setLocalDescription()` without an argument makes and sets. Source: W3C WebRTC §4.4.2.
  public var implicitLocalType: RTCSdpType {
    switch signalingState {
    case .stable, .haveLocalOffer, .haveRemotePranswer, .closed: .offer
    case .haveRemoteOffer, .haveLocalPranswer: .answer
    }
  }

  /// Ends it: no step is possible any more.
  public mutating func close() {
    signalingState = .closed
    for index in transceivers.indices { stop(at: index) }
  }

  mutating func stop(at index: Int) {
    transceivers[index].isStopping = true
    transceivers[index].isStopped = true
    transceivers[index].direction = .inactive
    transceivers[index].currentDirection = nil
  }

  func index(of id: TransceiverID) -> Int? { transceivers.firstIndex { $0.id == id } }
}

extension SeededGenerator {
  /// Letters and digits.
  mutating func identifier(length: Int) -> String {
    let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    let bytes = (0..<length).map { _ in characters[Int(next() % UInt64(characters.count))] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
