package import Media

/// The initial settings of an `RTPSession`.
package struct RTPSessionConfiguration: Sendable {
  /// Maps capture times to the wall-clock times of sender reports.
  package var ntpClock: NTPClock
  /// The seed of all random numbers except SSRCs: initial sequence numbers and timestamps, and the intervals of
  /// reports.
  package var seed: UInt64
  /// The SSRC of reports while no stream is sent.
  package var localSSRC: SSRC
  /// The CNAME in SDES, common to all streams of one clock. Source: RFC 7022.
  package var cname: String
  /// Whether feedback may be sent without a preceding report (`rtcp-rsize`). Source: RFC 5506.
  package var reducedSizeRTCP = true
  /// The identifiers of received header extensions.
  package var receiveExtensions = RTPHeaderExtensionIDs()
  /// Bits per second, all streams together.
  package var startBitrate = 1_000_000
  package var minimumBitrate = 30_000
  package var maximumBitrate = 2_500_000
  package var pacing = PacerSettings()

  package init(ntpClock: NTPClock, seed: UInt64, localSSRC: SSRC, cname: String) {
    self.ntpClock = ntpClock
    self.seed = seed
    self.localSSRC = localSSRC
    self.cname = cname
  }
}

/// RTP and RTCP of one bundled transport: bytes and `now` in, packets and events out.
///
/// Owned by one thread. After calls that pass bytes or frames, and at `nextWake`, the owner calls `drain` until it
/// returns false, and processes the events.
package final class RTPSession {
  package let configuration: RTPSessionConfiguration
  private(set) var sending: SendSide
  private(set) var receiving: ReceiveSide
  private var schedule: ReportSchedule
  private var outbox = RTCPOutbox()
  private var sentReports = SentReports()

  package init(_ configuration: RTPSessionConfiguration) {
    self.configuration = configuration
    var random = SeededGenerator(seed: configuration.seed)
    sending = SendSide(configuration, random: SeededGenerator(seed: random.next()))
    receiving = ReceiveSide(extensions: configuration.receiveExtensions)
    schedule = ReportSchedule(random: SeededGenerator(seed: random.next()))
  }

  // MARK: Sending

  /// Adds a stream. Its first frame must be a key frame: others are dropped, and a key frame is requested.
  package func addSender(_ parameters: RTPSendParameters) -> RTPSenderID { sending.add(parameters) }

  /// Changes a stream's parameters; its sequence numbers continue.
  package func updateSender(_ sender: RTPSenderID, _ parameters: RTPSendParameters) {
    sending.update(sender, parameters)
  }

  /// Ends a stream: queued packets are dropped, and a BYE follows.
  package func removeSender(_ sender: RTPSenderID) { sending.remove(sender) }

  /// Queues a frame. The cost per viewer does not depend on the frame's size, as the payloads are shared.
  package func send(_ frame: PacketizedFrame, sender: RTPSenderID, now: MediaTime) {
    sending.send(frame, sender: sender, now: now)
  }

  /// Drops queued packets and the history, and resumes with the next key frame: after a pause nothing from before it is
  /// sent.
  package func discardUnsent(_ sender: RTPSenderID) { sending.discard(sender) }

  /// Starts a bandwidth probe: for 500 ms, sends padding that receivers do not display. Meant for a stream that sends
  /// nothing else at the time. A new probe replaces an older one.
  package func probe(_ sender: RTPSenderID) { sending.startProbe(sender) }

  /// The result of the last probe with a stream; nil when there was none.
  package func probeOutcome(_ sender: RTPSenderID) -> RTPProbeOutcome? { sending.probeOutcome(sender) }

  /// Limits the estimated bitrate, bits per second.
  package func setBitrateBounds(minimum: Int, maximum: Int) {
    sending.setBitrateBounds(minimum: minimum, maximum: max(minimum, maximum))
  }

  /// The estimated available bitrate of all streams together, in bits per second.
  package var estimatedBitrate: Int { sending.bitrate }

  /// Measured by reports; nil before the first measurement.
  package var roundTripTime: MediaTime? { sending.roundTrip }

  // MARK: Receiving

  /// Adds a stream to receive.
  package func addReceiver(_ parameters: RTPReceiveParameters) -> RTPReceiverID { receiving.add(parameters) }

  package func updateReceiver(_ receiver: RTPReceiverID, _ parameters: RTPReceiveParameters) {
    receiving.update(receiver, parameters)
  }

  package func removeReceiver(_ receiver: RTPReceiverID) { receiving.remove(receiver) }

  /// Sets the identifiers of received header extensions.
  package func setReceiveExtensions(_ extensions: RTPHeaderExtensionIDs) { receiving.extensions = extensions }

  /// Requests a key frame from the remote end.
  package func requestKeyFrame(_ receiver: RTPReceiverID, now: MediaTime) {
    receiving.stream(receiver)?.requestKeyFrame(now: now)
  }

  /// Processes a decrypted RTP packet; borrowed for the call. Its content is untrusted.
  package func receive(rtp packet: Span<UInt8>, now: MediaTime) {
    receiving.receive(packet, now: now)
    if receiving.isActive { schedule.activate(now: now) }
  }

  /// Processes a decrypted RTCP packet, compound or reduced-size; borrowed for the call. Its content is untrusted.
  package func receive(rtcp packet: Span<UInt8>, now: MediaTime) {
    var reader = RTCPReader()
    while true {
      do {
        guard let next = try reader.next(in: packet) else { return }
        receive(next, now: now)
      } catch {
        receiving.receivedMalformed()
      }
    }
  }

  private func receive(_ packet: RTCPPacket, now: MediaTime) {
    switch packet {
    case .senderReport(let report):
      receiving.received(report, now: now)
      sending.received(report.blocks, sentReports: sentReports, now: now)
    case .receiverReport(let report): sending.received(report.blocks, sentReports: sentReports, now: now)
    case .goodbye(let goodbye): receiving.received(goodbye)
    case .nack(let nack): sending.received(nack, now: now)
    case .pictureLoss(let loss): sending.received(loss, now: now)
    case .fullIntraRequest(let request): sending.received(request, now: now)
    case .maximumBitrate(let bitrate): sending.received(bitrate, now: now)
    case .transportFeedback(let feedback): sending.received(feedback, now: now)
    case .sourceDescription, .unknown: break
    }
  }

  // MARK: Output

  /// Appends the packets that may be sent now to the batch.
  /// - Returns: whether the batch was too small: send it, and call again.
  package func drain(now: MediaTime, into batch: RTPPacketBatch) -> Bool {
    sending.timeout(now: now)
    let before = batch.count
    let isFull = sending.drain(now: now, into: batch)
    if batch.count > before { schedule.activate(now: now) }
    return drainControl(now: now, into: batch) || isFull
  }

  private func drainControl(now: MediaTime, into batch: RTPPacketBatch) -> Bool {
    if outbox.isEmpty { collectControl(now: now) }
    guard !outbox.isEmpty else { return false }
    let opening: [RTCPPacket] =
      configuration.reducedSizeRTCP
      ? []
      : [
        .receiverReport(RTCPReceiverReport(ssrc: controlSSRC)),
        .sourceDescription(RTCPSourceDescription(cname: configuration.cname, of: [controlSSRC])),
      ]
    return outbox.drain(opening: opening, into: batch)
  }

  /// The sender SSRC of this end's RTCP packets.
  private var controlSSRC: SSRC { sending.firstActive ?? configuration.localSSRC }

  private func collectControl(now: MediaTime) {
    if schedule.isDue(withSound: sending.hasSentSound, now: now) { collectReports(now: now) }
    if receiving.wake(roundTrip: sending.assumedRoundTrip) <= now {
      for packet in receiving.feedback(sender: controlSSRC, roundTrip: sending.assumedRoundTrip, now: now) {
        outbox.append(packet)
      }
    }
    let ended = sending.takeEnded()
    for start in stride(from: 0, to: ended.count, by: 31) {
      outbox.append(.goodbye(RTCPGoodbye(ssrcs: Array(ended[start..<min(start + 31, ended.count)]))))
    }
  }

  private func collectReports(now: MediaTime) {
    let blocks = receiving.reportBlocks(now: now)
    var reports = sending.senderReports(now: now)
    if reports.isEmpty {
      guard !blocks.isEmpty else { return }
      outbox.append(.receiverReport(RTCPReceiverReport(ssrc: controlSSRC, blocks: blocks)))
    } else {
      reports[0].blocks = blocks
      sentReports.sent(reports[0].ntpTime, now: now)
      for report in reports { outbox.append(.senderReport(report)) }
    }
    let named = reports.isEmpty ? [controlSSRC] : reports.map(\.ssrc)
    for start in stride(from: 0, to: named.count, by: 8) {
      let some = Array(named[start..<min(start + 8, named.count)])
      outbox.append(.sourceDescription(RTCPSourceDescription(cname: configuration.cname, of: some)))
    }
  }

  /// When to call `drain` next, unless something else happens before; in the past when a packet is ready to be sent.
  package var nextWake: MediaTime {
    guard outbox.isEmpty else { return .zero }
    return min(
      schedule.next ?? .distantFuture, min(sending.wake, receiving.wake(roundTrip: sending.assumedRoundTrip)))
  }

  // MARK: Statistics

  /// The counters of a sender; nil once it was removed.
  package func senderCounters(_ sender: RTPSenderID) -> RTPSenderCounters? { sending.stream(sender)?.counters }

  /// The counters of a receiver; nil once it was removed.
  package func receiverCounters(_ receiver: RTPReceiverID) -> RTPReceiverCounters? {
    receiving.stream(receiver)?.currentCounters
  }

  /// The counters common to all streams.
  package var transportCounters: RTPTransportCounters { receiving.counters }

  // MARK: Events

  /// Removes and returns the oldest event.
  package func nextEvent() -> RTPSessionEvent? { sending.nextEvent() ?? receiving.nextEvent() }
}
