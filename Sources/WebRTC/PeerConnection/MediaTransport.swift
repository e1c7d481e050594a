internal import JSEP
internal import Media
internal import RTP
internal import SDP

/// Joins a connection's transport and its RTP session: sends the session's packets, passes received packets to the session, and
/// the session's events to the connection.
@NetworkThreadActor package final class MediaTransport {
  /// Shared by all connections: each one empties it before the next one uses it.
  private static let batch = RTPPacketBatch(capacity: 64)

  /// One for the process, so that the reports of all connections use the same clock.
  static let clock = NTPClock(at: .now, unixNanoseconds: WallClock.unixNanoseconds)

  private static var count = 0

  /// The id in statistics, unique in this process.
  let id: String
  package let transport: PeerTransport
  let session: RTPSession
  /// As of the last event: the transport's own state may be ahead of candidates whose events are still queued.
  private(set) var gatheringState = RTCIceGathererState.new
  private(set) var iceState = RTCIceTransportState.new
  private(set) var dtlsState = RTCDtlsTransportState.new
  /// Candidates that were gathered before a description with their credentials was set; nil stands for the end of candidates.
  private var unsignalledCandidates: [(candidate: ICECandidate?, usernameFragment: String)] = []
  private var onEvent: ((RTPSessionEvent, MediaTransport, MediaTime) -> Void)?
  private var timer: NetworkTimer?
  private var isScheduled = false
  private let dump: (to: RTPDump, connection: Int)?

  init(
    transport: PeerTransport, session: RTPSession, dump: (to: RTPDump, connection: Int)?,
    onEvent: @escaping (RTPSessionEvent, MediaTransport, MediaTime) -> Void
  ) {
    Self.count += 1
    id = "transport-\(Self.count)"
    self.transport = transport
    self.session = session
    self.dump = dump
    self.onEvent = onEvent
    timer = NetworkTimer { [weak self] _ in self?.pump() }
    transport.onRTP = { [weak self] packet, now in
      guard let self else { return }
      if let dump { dump.to.add(packet, .received, connection: dump.connection, now: now) }
      self.session.receive(rtp: packet, now: now)
      schedule()
    }
    transport.onRTCP = { [weak self] packet, now in
      guard let self else { return }
      if let dump { dump.to.add(packet, .received, connection: dump.connection, now: now) }
      self.session.receive(rtcp: packet, now: now)
      schedule()
    }
  }

  /// Takes the states from an event of the transport.
  func update(by event: TransportEvent) {
    switch event {
    case .gatheringState(let state): gatheringState = state
    case .iceState(let state): iceState = state
    case .dtlsState(let state): dtlsState = state
    default: break
    }
  }

  /// Keeps a candidate, or the end of candidates if nil, until there is a description that it belongs to.
  func keep(_ candidate: ICECandidate?, usernameFragment: String) {
    unsignalledCandidates.append((candidate, usernameFragment))
  }

  /// Removes and returns what was kept.
  func takeUnsignalledCandidates() -> [(candidate: ICECandidate?, usernameFragment: String)] {
    defer { unsignalledCandidates = [] }
    return unsignalledCandidates
  }

  /// Whether packets can flow to the peer.
  var isFlowing: Bool { transport.isWritable && iceState != .failed && dtlsState == .connected }

  /// Applies the parts of a negotiated media section that concern the whole transport.
  func apply(_ section: NegotiatedMedia) {
    session.setReceiveExtensions(section.extensions)
    guard let dump else { return }
    let formats = section.codecs.map { codec in
      (codec.payloadType, "\(codec.name)/\(codec.clockRate)" + (codec.channels.map { "/\($0)" } ?? ""))
    }
    if section.direction.sends { dump.to.announce(formats, of: section.kind, .sent, connection: dump.connection) }
    if section.direction.receives {
      dump.to.announce(formats, of: section.kind, .received, connection: dump.connection)
    }
  }

  /// Sends what is due at the end of this turn of the thread, once for any number of calls.
  func schedule() {
    guard !isScheduled else { return }
    isScheduled = true
    NetworkThread.shared.later { [weak self] in self?.pump() }
  }

  /// Sends what is still queued, such as RTCP BYE, and releases everything.
  func close() {
    pump()
    onEvent = nil
    timer?.deadline = nil
    timer = nil
    transport.close()
  }

  private func pump() {
    isScheduled = false
    guard onEvent != nil else { return }
    let batch = Self.batch
    var isMore = true
    while isMore {
      let now = MediaTime.now
      isMore = session.drain(now: now, into: batch)
      guard batch.count > 0 else { break }
      if let dump {
        for index in 0..<batch.count {
          let packet = UnsafeRawBufferPointer(batch.packet(index)).bindMemory(to: UInt8.self)
          dump.to.add(packet.span, .sent, connection: dump.connection, now: now)
        }
      }
      transport.send(batch, packets: 0..<batch.count)
      batch.removeAll()
    }
    while let event = session.nextEvent() { onEvent?(event, self, .now) }
    let wake = session.nextWake
    timer?.deadline = wake == .distantFuture ? nil : wake
  }
}
