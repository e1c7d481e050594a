internal import Media
internal import RTP
internal import SDP
internal import JSEP

/// A connection's transport and its RTP session, joined: what the session has to send goes out, what comes in goes to the
/// session, and its events to the connection.
@RTCActor final class MediaTransport {
  /// One for all connections: what is in it leaves before the next one's turn.
  private static let batch = RTPPacketBatch(capacity: 64)

  /// One for the process, so that all connections' reports speak of the same time.
  static let clock = NTPClock(at: .now, unixNanoseconds: WallClock.unixNanoseconds)

  private static var count = 0

  /// For statistics: no other transport of this process has it.
  let id: String
  let transport: RTCTransport
  let session: RTPSession
  /// As the transport's events have told: its own say may be ahead of candidates that are still to be told.
  var gatheringState = RTCIceGathererState.new
  var iceState = RTCIceTransportState.new
  var dtlsState = RTCDtlsTransportState.new
  /// What was gathered before there was a description to tell it with; the last one empty, if that was all.
  var untold: [(candidate: ICECandidate?, usernameFragment: String)] = []
  private var onEvent: ((RTPSessionEvent, MediaTransport, MediaTime) -> Void)?
  private var timer: RTCTimer?
  private var isScheduled = false
  private let dump: (to: RTPDump, connection: Int)?

  init(
    transport: RTCTransport, session: RTPSession, dump: (to: RTPDump, connection: Int)?,
    onEvent: @escaping (RTPSessionEvent, MediaTransport, MediaTime) -> Void
  ) {
    Self.count += 1
    id = "transport-\(Self.count)"
    self.transport = transport
    self.session = session
    self.dump = dump
    self.onEvent = onEvent
    timer = RTCTimer { [weak self] _ in self?.pump() }
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

  /// Whether packets can flow to the peer.
  var isFlowing: Bool { transport.isWritable && iceState != .failed && dtlsState == .connected }

  /// Takes over what a section has agreed on for the transport as a whole.
  func agree(_ section: NegotiatedMedia) {
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

  /// Has what is due sent at the end of this turn of the thread, once, whatever happens meanwhile.
  func schedule() {
    guard !isScheduled else { return }
    isScheduled = true
    RTCThread.shared.later { [weak self] in self?.pump() }
  }

  /// Sends what is left, such as the end of streams, and lets go of everything.
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
