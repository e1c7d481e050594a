import Glibc
import Media
import RTCProtocol

@testable import WebRTC

/// Many transports on one thread.
actor TransportFarm {
  struct Description: Sendable {
    var parameters: ICEParameters
    var candidates: [ICECandidate]
    var fingerprints: [RTCDtlsFingerprint]
  }

  private let thread: RTCThread
  nonisolated let unownedExecutor: UnownedSerialExecutor
  private let certificate: RTCCertificate
  private var transports: [RTCTransport] = []
  private let batch = RTPPacketBatch(capacity: 64)
  private var number = UInt16(0)
  private var timers: [RTCTimer] = []

  init(thread: RTCThread) throws {
    self.thread = thread
    unownedExecutor = thread.asUnownedSerialExecutor()
    certificate = try RTCCertificate.generateCertificate()
  }

  /// Adds a transport with its candidates gathered.
  func add(isControlling: Bool) throws -> Description {
    var configuration = RTCTransportConfiguration(certificate: certificate, isControlling: isControlling)
    configuration.localAddresses = ["127.0.0.1"]
    let transport = try RTCTransport(configuration: configuration, thread: thread)
    transport.gather()
    transports.append(transport)
    return Description(
      parameters: transport.localParameters, candidates: transport.localCandidates,
      fingerprints: certificate.getFingerprints())
  }

  /// Connects the newest transport.
  func connect(to peer: Description, role: DTLSRole) {
    guard let transport = transports.last else { return }
    transport.setRemote(peer.parameters)
    for candidate in peer.candidates { transport.addRemoteCandidate(candidate) }
    transport.remoteEndOfCandidates()
    transport.setRemote(fingerprints: peer.fingerprints, role: role)
  }

  var writable: Int { transports.count(where: \.isWritable) }

  /// Sends `packets` of 1200 bytes on each transport, `perSecond` times a second.
  func send(packets: Int, perSecond: Double) {
    let packet = rtpPacket(sequenceNumber: 0, payload: 1172)
    every(1 / perSecond) { [self] in
      for transport in transports {
        for index in 0..<packets {
          batch.add(packet, isRTCP: false)
          let sequenceNumber = number &+ UInt16(index)
          batch.packet(index)[2] = UInt8(sequenceNumber >> 8)
          batch.packet(index)[3] = UInt8(sequenceNumber & 255)
        }
        transport.send(batch, packets: 0..<packets)
        batch.removeAll()
      }
      number &+= UInt16(packets)
    }
  }

  /// Sends a report on each transport, `perSecond` times a second, spread over it.
  func report(perSecond: Double) {
    var next = 0
    every(1 / perSecond / Double(transports.count)) { [self] in
      transports[next].sendRTCP(receiverReport().span)
      next = (next + 1) % transports.count
    }
  }

  func stop() {
    for timer in timers { timer.deadline = nil }
    timers = []
  }

  /// The thread's CPU time so far, in seconds.
  var cpu: Double {
    var time = timespec()
    clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }

  var counters: TransportCounters {
    transports.reduce(into: TransportCounters()) { sum, transport in
      sum.packetsSent += transport.counters.packetsSent
      sum.packetsReceived += transport.counters.packetsReceived
      sum.packetsDiscardedOnSend += transport.counters.packetsDiscardedOnSend
    }
  }

  func close() async {
    stop()
    for transport in transports { await withCheckedContinuation { done in transport.close { done.resume() } } }
    transports = []
  }

  private func every(_ seconds: Double, _ body: @escaping () -> Void) {
    var due = MediaTime.now
    var timer: RTCTimer?
    timer = RTCTimer(thread: thread) { now in
      while due <= now {
        body()
        due += .seconds(seconds)
      }
      timer?.deadline = due
    }
    timer?.deadline = due
    if let timer { timers.append(timer) }
  }
}
