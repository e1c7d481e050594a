internal import RTP
package import SDP

/// The offer/answer state of one connection: the part of `RTCPeerConnection` that needs no network.
///
/// A value: descriptions and API calls go in, descriptions and negotiated results come out. It only assigns transport
/// ids; their owner supplies ICE credentials. It never waits, reads no clock, and takes random numbers only from the
/// seed. A step that throws changes nothing. Source: RFC 9429, W3C WebRTC §4.
package struct Negotiation: Sendable {
  /// Supplies a transport's ICE credentials: the existing ones, or new ones for a restart; nil on failure.
  package typealias Credentials = (_ transport: TransportID, _ restart: Bool) -> ICEParameters?

  /// A description that is set.
  struct Applied: Sendable {
    var type: RTCSdpType
    var description: SessionDescription
  }

  package let configuration: NegotiationConfiguration
  /// The CNAME of this side's streams. Source: RFC 8834 §4.9.
  package let cname: String
  let sessionID: UInt64

  package internal(set) var signalingState = RTCSignalingState.stable
  /// In order of creation.
  package internal(set) var transceivers: [NegotiatedTransceiver] = []
  /// The negotiated media, by section.
  package internal(set) var media: [NegotiatedMedia] = []
  /// The number of remote candidates ignored because of the limit.
  package internal(set) var ignoredRemoteCandidates = 0

  var session = NegotiationSession()
  /// The last stable state.
  var fallback: NegotiationFallback?
  var currentLocal: Applied?
  var pendingLocal: Applied?
  var currentRemote: Applied?
  var pendingRemote: Applied?
  var draft: NegotiationDraft?
  /// The description created last.
  var lastMade: SessionDescription?
  /// New credentials of restarting transports that are in no description yet.
  var restarts: [TransportID: ICEParameters] = [:]
  /// Senders that a description moves to another transport, with their new SSRCs.
  var moved: [TransceiverID: MovedSources] = [:]
  /// The credentials that `restartICE` replaces.
  var staleCredentials: Set<ICEParameters> = []
  var localCandidates: [LocalCandidateList] = []
  var nextTransceiver = 0
  var nextTransport = 0
  var nextMID = 0
  var generator: SeededGenerator

  package init(_ configuration: NegotiationConfiguration) {
    self.configuration = configuration
    generator = SeededGenerator(seed: configuration.seed)
    // 62 bits: some parsers use a signed number.
    sessionID = generator.next() >> 2
    cname = generator.identifier(length: 16)
  }

  package subscript(_ id: TransceiverID) -> NegotiatedTransceiver? { transceivers.first { $0.id == id } }

  /// The transports, in the order of their sections. A transport exists once a local description with it is set.
  package var transports: [NegotiatedTransport] {
    // Transports of a remote offer exist only after the answer. Those of a local offer exist in addition to the current
    // ones.
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

  /// Whether this side's ICE role is controlling: it made the first offer, or the other side is lite. Source: RFC 8445
  /// §6.1.1.
  package var isControlling: Bool {
    if (pendingRemote ?? currentRemote)?.description.isICELite ?? false { return true }
    return session.isOfferer ?? (signalingState != .haveRemoteOffer)
  }

  /// The type of description that `setLocalDescription()` without an argument creates and sets. Source: W3C WebRTC
  /// §4.4.2.
  package var implicitLocalType: RTCSdpType {
    switch signalingState {
    case .stable, .haveLocalOffer, .haveRemotePranswer, .closed: .offer
    case .haveRemoteOffer, .haveLocalPranswer: .answer
    }
  }

  /// Closes the negotiation: all later steps throw.
  package mutating func close() {
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
  /// A random identifier of letters and digits.
  mutating func identifier(length: Int) -> String {
    let characters = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789".utf8)
    let bytes = (0..<length).map { _ in characters[Int(next() % UInt64(characters.count))] }
    return String(decoding: bytes, as: UTF8.self)
  }
}
