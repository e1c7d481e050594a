internal import RTP
internal import SDP

/// Assigns transceivers and transports to the sections of an offer. Source: RFC 9429 §5.2.1 and §5.2.2.
struct OfferPlanner {
  private let negotiation: Negotiation
  private(set) var nextTransport: Int
  private(set) var nextMID: Int
  /// Sections that share a transport before the other side has accepted the bundle.
  private(set) var bundleOnly: Set<Int> = []
  private(set) var newTransports: [TransportID] = []
  var session: NegotiationSession

  init(_ negotiation: Negotiation) {
    self.negotiation = negotiation
    session = negotiation.session
    nextTransport = negotiation.nextTransport
    nextMID = negotiation.nextMID
  }

  /// The transports of the active sections.
  var usedTransports: [TransportID] {
    var seen: Set<TransportID> = []
    return session.sections.compactMap(\.offeredTransport).filter { seen.insert($0).inserted }
  }

  mutating func plan() {
    var waiting = negotiation.transceivers.filter { $0.mid == nil && !$0.isEnding }[...]
    // A new section before the first one of an established bundle would make Chromium create a new transport including
    // DTLS, which RFC 9429 §5.2.2 cannot intend. Such a section stays rejected.
    let first = session.bundle.flatMap { bundle in session.sections.firstIndex { $0.transport == bundle } } ?? 0
    for index in session.sections.indices {
      let section = session.sections[index]
      let isAlive = section.transceiver.flatMap { negotiation[$0] }.map { !$0.isEnding } ?? false
      session.sections[index].isNamed = true
      session.sections[index].offeredTransport = isAlive ? section.offeredTransport ?? section.transport : nil
      guard !isAlive, negotiation.signalingState == .stable, negotiation.isRecyclable(index), index >= first,
        let transceiver = waiting.popFirst()
      else { continue }
      session.sections[index] = makeSection(for: transceiver)
    }
    for transceiver in waiting { session.sections.append(makeSection(for: transceiver)) }
    moveBundle()
    placeNewSections()
  }

  /// Moves a bundle whose first section ends to a new transport: browsers close the old transport with that section.
  private mutating func moveBundle() {
    guard let bundle = session.bundle else { return }
    let members = session.sections.indices.filter { session.sections[$0].offeredTransport == bundle }
    let tag = session.transports[bundle]?.tag
    guard !members.isEmpty, !members.contains(where: { session.sections[$0].mid == tag }) else { return }
    let new = makeTransport()
    for index in members { session.sections[index].offeredTransport = new }
  }

  private mutating func makeTransport() -> TransportID {
    let new = TransportID(rawValue: nextTransport)
    nextTransport += 1
    newTransports.append(new)
    return new
  }

  private mutating func makeSection(for transceiver: NegotiatedTransceiver) -> NegotiationSession.Section {
    while session.section(named: String(nextMID)) != nil { nextMID += 1 }
    defer { nextMID += 1 }
    return NegotiationSession.Section(
      mid: String(nextMID), kind: transceiver.kind == .audio ? .audio : .video, transceiver: transceiver.id)
  }

  private mutating func placeNewSections() {
    for index in session.sections.indices {
      let section = session.sections[index]
      guard section.offeredTransport == nil, let id = section.transceiver, let transceiver = negotiation[id],
        !transceiver.isEnding
      else { continue }
      if let shared = transport(for: section) {
        session.sections[index].offeredTransport = shared
      } else {
        session.sections[index].offeredTransport = makeTransport()
      }
    }
    guard session.bundle == nil else { return }
    // The first section of a transport carries its attributes for the others until the other side has accepted the
    // bundle.
    var named: Set<TransportID> = []
    for (index, section) in session.sections.enumerated() {
      if let transport = section.offeredTransport, !named.insert(transport).inserted { bundleOnly.insert(index) }
    }
  }

  /// The transport that a new section shares with others; nil for a transport of its own.
  private func transport(for section: NegotiationSession.Section) -> TransportID? {
    if let bundle = session.bundle {
      return session.sections.first { $0.transport == bundle && $0.offeredTransport != nil }?.offeredTransport
    }
    let isEstablished = negotiation.currentRemote != nil
    switch negotiation.configuration.bundlePolicy {
    case .maxBundle: return session.sections.lazy.compactMap(\.offeredTransport).first
    case .maxCompat: return nil
    // A peer that has not bundled so far would reject bundle-only sections.
    case .balanced where isEstablished: return nil
    case .balanced:
      return session.sections.first { $0.kind == section.kind && $0.offeredTransport != nil }?.offeredTransport
    }
  }
}
